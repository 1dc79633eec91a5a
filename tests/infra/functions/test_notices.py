"""Every notice is one readable message: what happened, to which version, why, what to do next, and where to look."""

import logging
import re
import shlex
from typing import Any

import jmespath  # type: ignore[import-untyped]  # as the AWS CLI evaluates --query
import pytest

from tests.infra.functions.notice_world import BEFORE, CURRENT, EVENTS, PACKAGE, NoticeWorld, sample

REPORT = "https://s3.console.aws.amazon.com/s3/object/abalone-artifacts?prefix=smoke-test/report.html"
CHANGE = "What changes in production: version 5 to 7; instance count 1 to 2."
FAILED = {
    "stageName": "DeployStaging",
    "actionName": "Deploy",
    "status": "Failed",
    "output": {"executionResult": {"externalExecutionSummary": "Stack abalone-staging is in ROLLBACK_COMPLETE"}},
}

# Sample event -> its subject, and words that its body has to say.
NOTICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "sagemaker_step_failed": (
        "abalone: training run failed",
        ("Step Preprocess of run p4jn9xou8a8s failed.", "row 17: 8 columns where 9", "retry-pipeline-execution"),
    ),
    "sagemaker_gate_refused": (
        "abalone: the quality gate refused a new model",
        ("it was not registered", "mean squared error 7.31 is above the threshold 6.0", "evaluation report"),
    ),
    "sagemaker_pipeline_stopped": (
        "abalone: training run was stopped",
        ("of the pipeline abalone-pipeline was stopped",),
    ),
    "codebuild_failed": (
        "abalone: build abalone-model-build failed",
        ("Why:     PRE_BUILD: COMMAND_EXECUTION_ERROR:", "python -m pytest -q", "#logEvent:group=", "push again"),
    ),
    "codebuild_timed_out": ("abalone: build abalone-model-build timed out", ("BUILD_TIMED_OUT",)),
    "codepipeline_deploy_failed": (
        "abalone: abalone-model-deploy DeployStaging Deploy failed",
        ("Version: 7 of abalone", "alarm abalone-staging-5xx", "retry-stage-execution", "--stage-name DeployStaging"),
    ),
    "codepipeline_test_failed": (
        "abalone: the test of version 7 in DeployStaging failed",
        ("Build terminated with state: FAILED", "projects/abalone-smoke-test", "retry-stage-execution", "Rejected"),
    ),
    "codepipeline_build_failed": (
        "abalone: abalone-model-deploy Build Build failed",
        ("Build terminated with state: FAILED", "projects/abalone-model-deploy", "--stage-name Build"),
    ),
    "model_package_waiting": (
        "abalone: version 7 waits for approval",
        (f"registered version 7 of abalone ({PACKAGE}/7)", "Nothing is deployed until a person approves it"),
    ),
    "codepipeline_approval_waiting": (
        "abalone: waiting for approval in DeployProd",
        (
            "waits for a person",
            f"Change:  {CHANGE}",
            "Version: 7 of abalone",
            f"Report:  {REPORT}",
            "put-approval-result",
        ),
    ),
    "codepipeline_approval_refused": (
        "abalone: approval refused in DeployProd",
        ("Production stays as it was", "Latency is twice last week's", f"--model-package-arn {PACKAGE}/7"),
    ),
    "codepipeline_stage_deployed": (
        "abalone: DeployProd has deployed version 7",
        (f"It took the place of version 5 of abalone ({PACKAGE}/5)", "--model-approval-status Rejected"),
    ),
    "codepipeline_stage_failed": (
        "abalone: abalone-model-deploy DeployProd failed",
        ("Why:     DeployStaging Deploy: Stack abalone-staging is in ROLLBACK_COMPLETE",),
    ),
    "codepipeline_failed": ("abalone: abalone-model-deploy failed", ("Stack abalone-staging is in ROLLBACK_COMPLETE",)),
    "codepipeline_stopped": (
        "abalone: abalone-model-deploy was stopped",
        ("Why:     Stopping the pipeline for an update",),
    ),
}


def world() -> NoticeWorld:
    approve = {"stageName": "DeployProd", "actionName": "Approve", "status": "InProgress"}
    link = {"input": {"resolvedConfiguration": {"ExternalEntityLink": REPORT, "CustomData": CHANGE}}}
    return NoticeWorld(actions=[{**approve, **link}, FAILED])


@pytest.mark.parametrize(("name", "expected"), NOTICES.items(), ids=NOTICES.keys())
def test_a_notice_says_what_happened_why_and_what_next(name: str, expected: tuple[str, tuple[str, ...]]) -> None:
    subject, body = world().tell(sample(name))
    assert subject == expected[0]
    assert [words for words in expected[1] if words not in body] == []
    assert re.search(r"^Project: abalone$", body, flags=re.MULTILINE)
    assert re.search(r"^Console: https://\S+eu-west-1\S*$|^Console: https://", body, flags=re.MULTILINE)
    assert re.search(r"^Next: \S", body, flags=re.MULTILINE)


def test_the_format_is_this_to_the_letter() -> None:
    _, body = world().tell(sample("codepipeline_approval_refused"))
    assert body == (
        "abalone-model-deploy ends here: the approval was refused or ran out. Production stays as it was.\n"
        "\n"
        "Project: abalone\n"
        f"Version: 7 of abalone ({PACKAGE}/7)\n"
        "Stage:   DeployProd\n"
        "Time:    2026-05-04T09:12:33Z\n"
        "Why:     Latency is twice last week's\n"
        "Console: https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/abalone-model-deploy/"
        f"executions/{CURRENT}?region=eu-west-1\n"
        "\n"
        "Next: reject the version in the model registry, or approve it again for another attempt:\n"
        f"  aws sagemaker update-model-package --model-package-arn {PACKAGE}/7 --model-approval-status Rejected "
        "--region eu-west-1\n"
    )


def test_every_sample_that_a_rule_lets_through_has_its_words() -> None:
    """Decisions and objects wake other functions; the failed run is told below, with its steps."""
    elsewhere = ("near_miss", "model_package_approved", "model_package_rejected", "object_")
    others = {path.stem for path in EVENTS.glob("*.json") if not path.stem.startswith(elsewhere)}
    assert others - {"sagemaker_pipeline_failed"} == set(NOTICES)


def test_only_an_approval_waits_for_a_person() -> None:
    subject, body = world().tell(sample("near_miss_codepipeline_action_started"))
    assert subject == "abalone: abalone-model-deploy DeployStaging Deploy has started"
    assert "put-approval-result" not in body


def test_a_failed_run_is_told_with_its_steps_reasons() -> None:
    steps = [
        {"StepName": "Preprocess", "StepStatus": "Succeeded", "Metadata": {"ProcessingJob": {}}},
        {"StepName": "Train", "StepStatus": "Failed", "FailureReason": "ClientError: too few rows", "Metadata": {}},
    ]
    subject, body = NoticeWorld(steps=steps).tell(sample("sagemaker_pipeline_failed"))
    assert subject == "abalone: training run failed"
    assert "Why:     Train: ClientError: too few rows\n" in body


QUOTA = (
    "The account-level service limit '{} usage' is 0 Instances, with current utilization of 0 Instances and a request delta"
    " of 1 Instances. Please use AWS Service Quotas to request an increase for this quota."
)


def test_a_quota_that_stopped_a_run_is_named_with_the_page_that_raises_it() -> None:
    reason = (
        f"ClientError: Failed to invoke sagemaker:CreateTrainingJob. {QUOTA.format('ml.m5.xlarge for training job')}"
    )
    steps = [{"StepName": "Train", "StepStatus": "Failed", "FailureReason": reason, "Metadata": {}}]
    _, body = NoticeWorld(steps=steps).tell(sample("sagemaker_pipeline_failed"))
    advised = body.partition("Next: ")[2]
    assert "the quota 'ml.m5.xlarge for training job usage' (now 0)" in advised
    assert "https://eu-west-1.console.aws.amazon.com/servicequotas/home/services/sagemaker/quotas" in advised
    assert "make doctor" in advised
    assert "retry-pipeline-execution" in advised


def test_a_quota_that_stopped_a_stack_is_named_too() -> None:
    event = sample("codepipeline_deploy_failed")
    event["detail"]["execution-result"]["external-execution-summary"] = QUOTA.format("ml.m5.large for endpoint")
    _, body = world().tell(event)
    assert "the quota 'ml.m5.large for endpoint usage' (now 0)" in body
    assert "retry-stage-execution" in body


def test_a_run_that_its_gate_refused_is_not_told_as_a_failure() -> None:
    step = {"StepName": "RefuseModel", "StepStatus": "Failed", "FailureReason": "mse 7.3 > 6.0"}
    subject, _ = NoticeWorld(steps=[step | {"Metadata": {"Fail": {}}}]).tell(sample("sagemaker_pipeline_failed"))
    assert subject == "abalone: the quality gate refused a new model"


@pytest.mark.parametrize(
    "change",
    [{"versions": {CURRENT: f"{PACKAGE}/5", BEFORE: f"{PACKAGE}/7"}}, {"execution_type": "ROLLBACK"}],
    ids=["an older version took the place of a newer one", "a rollback of CodePipeline's own"],
)
def test_a_version_that_comes_back_is_told_as_a_rollback(change: dict[str, Any]) -> None:
    subject, _ = NoticeWorld(**change).tell(sample("codepipeline_stage_deployed"))
    assert re.fullmatch(r"abalone: DeployProd has rolled back to version [57]", subject)


BUILT = {"stageName": "Build", "actionName": "Build", "status": "Succeeded"}


def test_an_execution_that_named_no_version_is_told_with_the_one_that_its_build_chose() -> None:
    chosen = BUILT | {"output": {"outputVariables": {"DEPLOY": "yes", "VERSION": f"{PACKAGE}/6"}}}
    world = NoticeWorld(versions={CURRENT: "latest", BEFORE: f"{PACKAGE}/7"}, actions=[chosen])
    for name in ("codepipeline_stage_deployed", "codepipeline_approval_waiting", "codepipeline_deploy_failed"):
        _, body = world.tell(sample(name))
        assert f"Version: 6 of abalone ({PACKAGE}/6)\n" in body
        assert "(latest)" not in body


def test_an_execution_that_has_chosen_no_version_yet_claims_none() -> None:
    chosen = BUILT | {"output": {"outputVariables": {"DEPLOY": "no", "VERSION": "none"}}}
    for actions in ([], [chosen]):
        world = NoticeWorld(versions={CURRENT: "latest"}, actions=actions)
        _, body = world.tell(sample("codepipeline_deploy_failed"))
        assert "Version:" not in body
        assert "(latest)" not in body


def test_the_functions_log_has_the_whole_notice(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        subject, body = NoticeWorld().tell(sample("codepipeline_stage_deployed"))
    assert [record.getMessage() for record in caplog.records] == [f"Published: {subject}\n{body}"]


def test_the_first_deployment_took_no_place() -> None:
    _, body = NoticeWorld(versions={CURRENT: f"{PACKAGE}/1"}).tell(sample("codepipeline_stage_deployed"))
    assert "took the place" not in body


def test_the_command_for_the_token_finds_it_in_codepipelines_answer() -> None:
    _, body = world().tell(sample("codepipeline_approval_waiting"))
    command = next(line for line in body.splitlines() if "get-pipeline-state" in line)
    arguments = shlex.split(command)
    action = {"actionName": "Approve", "latestExecution": {"status": "InProgress", "token": "1a2b"}}
    stages = [{"stageName": "Source"}, {"stageName": "DeployProd", "actionStates": [{"actionName": "Review"}, action]}]
    assert jmespath.search(arguments[arguments.index("--query") + 1], {"stageStates": stages}) == ["1a2b"]
