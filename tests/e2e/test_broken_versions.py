"""Versions that must not go out: production stays as it was, and the pipeline says why."""

from __future__ import annotations

import json

import pytest

from tests.e2e.project import DEPLOY, NAMES, Project


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


def test_a_failing_smoke_test_leaves_production_as_it_was(project: Project, live: str) -> None:
    """A latency budget that no endpoint can keep."""
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
