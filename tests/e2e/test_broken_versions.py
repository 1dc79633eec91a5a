"""Versions that must not go out: production stays as it was, and the pipeline says why."""

from __future__ import annotations

import json
import re

import pytest

from tests.e2e.project import DEPLOY, NAMES, Project, eventually


@pytest.fixture
def live(project: Project) -> str:
    found = project.live()
    assert found
    return found


def test_a_version_deleted_after_its_approval_fails_the_build_with_its_name(project: Project, live: str) -> None:
    (second,) = project.waiting_versions(1)
    project.client("sagemaker").delete_model_package(ModelPackageName=second)
    execution = project.client("codepipeline").start_pipeline_execution(
        name=DEPLOY, variables=[{"name": "ModelPackageArn", "value": second}]
    )["pipelineExecutionId"]
    assert project.ended(DEPLOY, execution) == "Failed"
    action, reason = project.failure(DEPLOY, execution)
    assert action == "Build.Build"
    assert second in reason
    assert project.live() == live


def test_a_version_whose_artifact_is_gone_fails_the_build_and_says_which(project: Project, live: str) -> None:
    (second,) = project.waiting_versions(1)
    described = project.client("sagemaker").describe_model_package(ModelPackageName=second)
    artifact = described["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
    bucket, _, key = artifact.removeprefix("s3://").partition("/")
    project.client("s3").delete_object(Bucket=bucket, Key=key)
    project.approve(second)
    execution = project.of_version(second)
    assert project.ended(DEPLOY, execution) == "Failed"
    action, reason = project.failure(DEPLOY, execution)
    assert action == "Build.Build"
    assert artifact in reason
    assert project.live() == live


def test_a_failing_smoke_test_leaves_production_as_it_was_and_is_told_with_its_figure(
    project: Project, live: str
) -> None:
    """A latency budget that no endpoint can keep."""
    mailbox = project.mailbox()
    folder = project.checkout(DEPLOY)
    configuration = json.loads((folder / "staging-config.json").read_text())
    configuration["Parameters"]["LatencyBudgetMs"] = "1"
    project.push(DEPLOY, {"staging-config.json": json.dumps(configuration)})
    (second,) = project.waiting_versions(1)
    project.approve(second)
    execution = project.of_version(second)
    assert project.ended(DEPLOY, execution) == "Failed"
    action, reason = project.failure(DEPLOY, execution)
    assert action == "DeployStaging.Test"
    assert "budget" in reason
    assert project.live() == live
    # The push has started an execution too, whose test fails alike.
    told = f"--pipeline-execution-id {execution}"
    notice = eventually(lambda: next((each for each in mailbox() if told in each), None), "the notice")
    assert f"({second})" in notice
    assert re.search(r"Why: +latency: too slow: .* the budget for p95 is 1 ms", notice)
    bucket, _, key = re.findall(r"Report: +s3://(\S+)", notice)[0].partition("/")
    assert project.client("s3").get_object(Bucket=bucket, Key=key)["ContentLength"] > 0
    assert "retry-stage-execution" in notice


def test_a_misspelt_key_of_a_configuration_is_told_by_its_name(project: Project, live: str) -> None:
    mailbox = project.mailbox()
    text = (project.checkout(DEPLOY) / "staging-config.json").read_text()
    changed = text.replace('"EndpointInstanceType"', '"EndpointInstanceTyp"')
    execution = project.of_commit(DEPLOY, project.push(DEPLOY, {"staging-config.json": changed}))
    assert project.ended(DEPLOY, execution) == "Failed"
    notice = eventually(lambda: next((each for each in mailbox() if "Build failed" in each), None), "the notice")
    assert 'unknown key "EndpointInstanceTyp" (did you mean "EndpointInstanceType"?)' in notice
    assert project.live() == live


def test_a_registered_version_is_told_with_its_metrics_and_what_to_type(project: Project) -> None:
    mailbox = project.mailbox()
    project.client("sagemaker").start_pipeline_execution(PipelineName=NAMES.sagemaker_pipeline)
    notice = eventually(lambda: next((each for each in mailbox() if "until a person" in each), None), "the notice")
    newest = project.versions()[-1]["ModelPackageArn"]
    assert f"({newest})" in notice
    assert re.search(r"Metrics: Mse \d\.\d+; the gate MseThreshold is 6", notice)
    assert f"--model-package-arn {newest} --model-approval-status Approved" in notice
    bucket, _, key = re.findall(r"Report: +s3://(\S+)", notice)[0].partition("/")
    assert project.client("s3").get_object(Bucket=bucket, Key=key)["ContentLength"] > 0


def test_a_person_who_says_no_leaves_production_as_it_was(project: Project, live: str) -> None:
    (second,) = project.waiting_versions(1)
    project.approve(second)
    execution = project.of_version(second)
    project.answer(execution, "Rejected")
    assert project.ended(DEPLOY, execution) == "Failed"
    assert project.live() == live


def test_a_version_rejected_while_it_waits_is_stopped_before_production(project: Project, live: str) -> None:
    (second,) = project.waiting_versions(1)
    project.approve(second)
    execution = project.of_version(second)
    token = project.waits_for_a_person(execution)
    assert token
    project.approve(second, "Rejected")
    project.answer(execution)
    assert project.ended(DEPLOY, execution) == "Failed"
    action, reason = project.failure(DEPLOY, execution)
    assert action == "DeployProd.Recheck"
    assert second in reason
    assert project.live() == live
    assert (
        project.client("sagemaker").describe_endpoint(EndpointName=NAMES.endpoint("prod"))["EndpointStatus"]
        == "InService"
    )
