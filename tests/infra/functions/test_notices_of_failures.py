"""The notices of failed tests, builds and stacks: the check with its figure, the key that is wrong, the way out of a state."""

import json
from dataclasses import replace
from typing import Any

import pytest

from infra.functions.notices.build_log import telling
from infra.functions.review.refusal import endpoint_gone, superseded
from tests.infra.functions.notice_world import NoticeWorld, sample

FOLDER = "s3://abalone-artifacts/reports/12345678-1234-5678-abcd-12345678abcd/staging"
SLOW = "too slow: p50 190.1 ms, p95 250.0 ms over 20 warm calls in the best of 5 rounds; the budget for p95 is 200 ms."
CHECKS = [
    {"name": "bad rows", "passed": True, "sentence": "3 bad rows were refused with 400."},
    {"name": "latency", "passed": False, "sentence": SLOW},
]
KEY = 'staging-config.json: unknown key "EndpointInstanceTyp" (did you mean "EndpointInstanceType"?)'
PYTEST = [
    "[Container] 2026/05/04 09:12:30 Running command python -m pytest -q tests",
    ".....F..",
    "    def load_stage_configs(paths):",
    ">           raise ConfigError(*complaints)",
    f"E           promoter.errors.ConfigError: {KEY}",
    "promoter/stage_config.py:40: ConfigError",
    "=========================== short test summary info ============================",
    "FAILED tests/test_promoter_stage_config.py::test_the_delivered_files_are_valid",
    "1 failed, 157 passed in 2.71s",
    "[Container] 2026/05/04 09:12:33 Command did not exit successfully",
]


def action(event: dict[str, Any], **configuration: str) -> dict[str, Any]:
    """The event's own action execution, as ListActionExecutions tells it."""
    detail = event["detail"]
    found = {"stageName": detail["stage"], "actionName": detail["action"], "status": "Failed"}
    identity = {"actionExecutionId": detail["action-execution-id"]}
    return found | identity | {"input": {"resolvedConfiguration": configuration}}


def after_a_test(**changes: Any) -> NoticeWorld:
    variables = json.dumps([{"name": "REPORT_URI", "value": FOLDER, "type": "PLAINTEXT"}])
    event = sample("codepipeline_test_failed")
    earlier = action(event, EnvironmentVariables=variables.replace("staging", "old")) | {"actionExecutionId": "earlier"}
    actions = [earlier, action(event, EnvironmentVariables=variables)]
    objects = {f"{FOLDER}/report.json": json.dumps({"checks": CHECKS}).encode()}
    return replace(NoticeWorld(actions=actions, objects=objects, log=["no endpoint"]), **changes)


def test_a_failed_test_names_version_check_figure_budget_and_report_and_how_to_run_it_again() -> None:
    subject, body = after_a_test().tell(sample("codepipeline_test_failed"))
    assert subject == "abalone: the test of version 7 in DeployStaging failed"
    assert f"Why:     latency: {SLOW}\n" in body
    assert f"Report:  {FOLDER}/report.html\n" in body
    assert f"  aws s3 cp {FOLDER}/report.html . --region eu-west-1\n" in body
    assert "retry-stage-execution --pipeline-name abalone-model-deploy --stage-name DeployStaging" in body
    assert "bad rows" not in body
    assert "push" not in body


def test_a_test_that_left_no_report_is_told_with_the_end_of_its_log() -> None:
    world = after_a_test(objects={})
    _, body = world.tell(sample("codepipeline_test_failed"))
    assert "Why:     no endpoint\n" in body
    assert "Report:" not in body
    assert world.asked_log == ("/aws/codebuild/abalone-smoke-test", "86a1cd00-9509-4929-ac8b-7d3a8c10c2bc")


@pytest.mark.parametrize("report", [b"", b"[]", b"{}", b'{"checks": [{}]}', b"\xff"])
def test_a_report_that_cannot_be_read_costs_the_checks_and_not_the_notice(report: bytes) -> None:
    _, body = after_a_test(objects={f"{FOLDER}/report.json": report}).tell(sample("codepipeline_test_failed"))
    assert "Why:     no endpoint\n" in body


@pytest.mark.parametrize("name", ["codepipeline_build_failed", "codebuild_failed"])
def test_a_build_that_its_tests_failed_is_told_with_what_they_found(name: str) -> None:
    """For a bad configuration that is the key."""
    _, body = NoticeWorld(log=PYTEST).tell(sample(name))
    assert KEY in body
    assert "FAILED tests/test_promoter_stage_config.py::test_the_delivered_files_are_valid" in body
    assert "[Container]" not in body


def test_of_a_log_without_tests_the_last_lines_tell() -> None:
    said = [f"line {number}" for number in range(20)]
    assert telling([*said, "", "[Container] Phase complete"]) == tuple(said[-8:])
    assert telling([]) == ()


def test_a_stack_that_could_not_be_deployed_is_told_with_its_name_and_the_ways_out_of_its_state() -> None:
    event = sample("codepipeline_deploy_failed")
    _, body = NoticeWorld(actions=[action(event, StackName="abalone-staging")]).tell(event)
    assert "Version: 7 of abalone" in body
    for command in (
        "aws cloudformation describe-stacks --stack-name abalone-staging --region eu-west-1 ",
        "aws cloudformation delete-stack --stack-name abalone-staging --region eu-west-1\n",
        "aws cloudformation continue-update-rollback --stack-name abalone-staging --region eu-west-1\n",
        "aws codepipeline retry-stage-execution --pipeline-name abalone-model-deploy --stage-name DeployStaging ",
    ):
        assert f"  {command}" in body
    for state in ("ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"):
        assert state in body


@pytest.mark.parametrize("gone", [True, False])
def test_an_endpoint_that_the_review_misses_is_told_with_the_one_command_that_brings_it_back(*, gone: bool) -> None:
    event = sample("codepipeline_deploy_failed")
    why = endpoint_gone("abalone-prod") if gone else superseded("arn/1", last="arn/2")
    event["detail"] |= {
        "stage": "DeployProd",
        "action": "Review",
        "type": {"owner": "AWS", "provider": "Lambda", "category": "Invoke", "version": "1"},
        "execution-result": {"external-execution-summary": why, "error-code": "JobFailed"},
    }
    subject, body = NoticeWorld(actions=[action(event, FunctionName="abalone-review")]).tell(event)
    commands = [line.strip() for line in body.partition("\nNext: ")[2].splitlines()[1:]]
    deletes = "aws cloudformation delete-stack --stack-name abalone-prod --region eu-west-1 && "
    assert len(commands) == 1
    assert commands[0].startswith(deletes) == gone
    assert (
        "aws codepipeline retry-stage-execution --pipeline-name abalone-model-deploy --stage-name DeployProd"
        in commands[0]
    )
    assert "--retry-mode ALL_ACTIONS" in commands[0]
    assert ("the endpoint of DeployProd was deleted" in subject) == gone
    assert why in body
