"""Who approves is a setting: nobody but a person, or a run that passed its gates; and before production a person, or nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.deployer import Deployer
from tests.e2e.project import BUILD, DEPLOY, NAMES, ROOT, Project, eventually

APPROVED = [{"Name": "ModelApprovalStatus", "Value": "Approved"}]


def test_where_a_person_approves_a_run_that_would_is_refused_before_anything_is_paid_for(project: Project) -> None:
    sagemaker = project.client("sagemaker")
    before = len(project.runs())
    with pytest.raises(sagemaker.exceptions.ClientError) as refused:
        sagemaker.start_pipeline_execution(PipelineName=NAMES.sagemaker_pipeline, PipelineParameters=APPROVED)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert "ModelApprovalStatus" in str(refused.value)
    assert len(project.runs()) == before


def test_a_run_that_passed_its_gates_goes_to_production_with_nobody_at_all(project: Project, tmp_path: Path) -> None:
    settings = json.loads((ROOT / "cdk.json").read_text())
    settings["context"]["approval"] = {"model": "gates", "production": "none"}
    (tmp_path / "cdk.json").write_text(json.dumps(settings))
    Deployer(project.settings, tmp_path).deploy(cwd=tmp_path)

    commit = project.push(BUILD, {"README.md": "changed\n"})  # the setting takes effect with the next build
    known = {each["ModelPackageArn"] for each in project.versions()}
    build = project.of_commit(BUILD, commit)
    assert project.ended(BUILD, build) == "Succeeded", project.failure(BUILD, build)
    new = eventually(
        lambda: [each for each in project.versions() if each["ModelPackageArn"] not in known], "a new version"
    )[0]
    assert new["ModelApprovalStatus"] == "Approved"
    execution = project.of_version(new["ModelPackageArn"])
    assert project.ended(DEPLOY, execution) == "Succeeded", project.told(DEPLOY, execution)
    assert "Approve" not in {each["actionName"] for each in project.actions(DEPLOY, execution)}
    assert project.live() == new["ModelPackageArn"]
