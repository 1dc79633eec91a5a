"""Versions that must not go out: production stays as it was, and the pipeline says why."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest

from tests.e2e.acting import acting_as
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


def test_an_artifact_replaced_while_a_person_decides_changes_nothing_that_is_deployed(project: Project) -> None:
    """By the role of a later build, which may write there."""
    (second,) = project.waiting_versions(1)
    project.approve(second)
    execution = project.of_version(second)
    project.waits_for_a_person(execution)
    approval = next(each for each in project.actions(DEPLOY, execution) if each["actionName"] == "Approve")
    told = approval["input"]["resolvedConfiguration"]["CustomData"]
    assert f"version 1 to {second.rpartition('/')[2]}" in told, "the change that is approved"
    _replace(project, execution, "endpoint.yaml", b"VariantName: AllTraffic", b"VariantName: Evil")

    project.answer(execution)
    assert project.ended(DEPLOY, execution) == "Succeeded", project.told(DEPLOY, execution)
    assert project.live() == second
    sagemaker = project.client("sagemaker")
    endpoint = sagemaker.describe_endpoint(EndpointName=NAMES.endpoint("prod"))
    assert [each["VariantName"] for each in endpoint["ProductionVariants"]] == ["AllTraffic"]


def test_an_artifact_replaced_before_the_change_is_made_ready_is_refused_before_anybody_is_asked(
    project: Project, live: str
) -> None:
    """A version waits for a person, so the next one stands before production with its artifact for as long as that takes."""
    second, third = project.waiting_versions(2)
    project.approve(second)
    first = project.of_version(second)
    project.waits_for_a_person(first)
    project.approve(third)
    following = project.of_version(third)
    eventually(lambda: _is_done(project, following, "Test"), lambda: project.told(DEPLOY, following))
    _replace(
        project,
        following,
        "prod-config-export.json",
        b'"DataCapturePercentage": "20"',
        b'"DataCapturePercentage": "90"',
    )

    project.answer(first, "Rejected")
    assert project.ended(DEPLOY, following) == "Failed"
    action, reason = project.failure(DEPLOY, following)
    assert action == "DeployProd.Review"
    assert "prod-config-export.json: what CloudFormation has got is not what this execution's build has made" in reason
    assert project.live() == live


def test_a_template_that_serves_anything_but_the_registered_version_is_refused_before_anybody_is_asked(
    project: Project, live: str
) -> None:
    template = (project.checkout(DEPLOY) / "endpoint.yaml").read_text()
    own = "ModelPackageName: !Ref ModelPackageArn\n"
    assert own in template
    project.push(DEPLOY, {"endpoint.yaml": template.replace(own, f"{own}        Environment: {{EVIL: 'yes'}}\n")})
    (second,) = project.waiting_versions(1)
    project.approve(second)
    execution = project.of_version(second)
    assert project.ended(DEPLOY, execution) == "Failed"
    action, reason = project.failure(DEPLOY, execution)
    assert action == "DeployProd.Review"
    assert "Model is not made of ModelPackageArn alone" in reason
    assert project.live() == live


def test_what_vanishes_while_a_person_decides_is_named_and_production_stays_as_it_was(
    project: Project, live: str
) -> None:
    """The archive, the pipeline's own artifact, and the version: each by who may delete it."""
    s3, (second,) = project.client("s3"), project.waiting_versions(1)
    described = project.client("sagemaker").describe_model_package(ModelPackageName=second)
    archive = described["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
    project.approve(second)
    execution = project.of_version(second)
    project.waits_for_a_person(execution)
    source = next(each for each in project.actions(DEPLOY, execution) if each["stageName"] == "Source")
    artifact = source["output"]["outputArtifacts"][0]["s3location"]
    for bucket, key in (archive.removeprefix("s3://").split("/", 1), (artifact["bucket"], artifact["key"])):
        marker = s3.delete_object(Bucket=bucket, Key=key)["VersionId"]
        assert key in _refused_at_the_last_look(project, execution)
        s3.delete_object(Bucket=bucket, Key=key, VersionId=marker)
        _try_again(project, execution)
        project.waits_for_a_person(execution)
    project.client("sagemaker").delete_model_package(ModelPackageName=second)
    assert second in _refused_at_the_last_look(project, execution)
    assert project.live() == live


def _refused_at_the_last_look(project: Project, execution: str) -> str:
    """What it says."""
    project.answer(execution)
    assert project.ended(DEPLOY, execution) == "Failed"
    action, reason = project.failure(DEPLOY, execution)
    assert action == "DeployProd.Recheck"
    return reason


def _try_again(project: Project, execution: str) -> None:
    project.client("codepipeline").retry_stage_execution(
        pipelineName=DEPLOY, stageName="DeployProd", pipelineExecutionId=execution, retryMode="ALL_ACTIONS"
    )


def test_an_endpoint_deleted_by_hand_comes_back_by_the_command_that_the_notice_names(
    project: Project, live: str
) -> None:
    mailbox = project.mailbox()
    cloudformation, stack = project.client("cloudformation"), NAMES.endpoint("prod")
    sagemaker = project.client("sagemaker")
    eventually(
        lambda: sagemaker.describe_endpoint(EndpointName=stack)["EndpointStatus"] == "InService", "it has come up again"
    )
    sagemaker.delete_endpoint(EndpointName=stack)
    eventually(lambda: project.live() is None, "the endpoint is gone")
    project.approve(live)
    known = [each["pipelineExecutionId"] for each in project.executions(DEPLOY)]
    project.client("lambda").invoke(FunctionName=NAMES.reconciler, Payload=b"{}")
    execution = project.executions(DEPLOY)[0]["pipelineExecutionId"]
    assert known
    assert project.ended(DEPLOY, execution) == "Failed"
    action, reason = project.failure(DEPLOY, execution)
    assert action == "DeployProd.Review"
    assert f"aws cloudformation delete-stack --stack-name {stack}" in reason
    notice = eventually(lambda: next((each for each in mailbox() if "finds no endpoint" in each), None), "the notice")
    [command] = [line for line in notice.splitlines() if "delete-stack" in line and "retry-stage-execution" in line]
    assert f"--stack-name {stack} " in command
    assert f"--pipeline-execution-id {execution} --retry-mode ALL_ACTIONS" in command

    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    _try_again(project, execution)
    project.answer(execution)
    assert project.ended(DEPLOY, execution) == "Succeeded", project.told(DEPLOY, execution)
    assert project.live() == live


def test_a_stack_deleted_by_hand_comes_back_by_approving_again(project: Project, live: str) -> None:
    cloudformation, stack = project.client("cloudformation"), NAMES.endpoint("prod")
    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    earlier = [each["pipelineExecutionId"] for each in project.executions(DEPLOY)]
    project.approve(live)
    execution = project.of_version(live, besides=earlier)
    project.answer(execution)
    assert project.ended(DEPLOY, execution) == "Succeeded", project.told(DEPLOY, execution)
    assert project.live() == live


def _is_done(project: Project, execution: str, name: str) -> bool:
    return any(
        (each["actionName"], each["status"]) == (name, "Succeeded") for each in project.actions(DEPLOY, execution)
    )


def _replace(project: Project, execution: str, name: str, old: bytes, new: bytes) -> None:
    """Puts another text into a file of the artifact that this execution's build has made, as the role of another build."""
    build = next(each for each in project.actions(DEPLOY, execution) if each["actionName"] == "Build")
    where = build["output"]["outputArtifacts"][0]["s3location"]
    place = {"Bucket": where["bucket"], "Key": where["key"]}
    s3 = project.client("s3")
    with zipfile.ZipFile(io.BytesIO(s3.get_object(**place)["Body"].read())) as made:
        files = {each: made.read(each) for each in made.namelist()}
    assert old in files[name]
    files[name] = files[name].replace(old, new)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for each, content in files.items():
            archive.writestr(each, content)
    acting_as(project, "Deploy")("s3").put_object(**place, Body=packed.getvalue())
