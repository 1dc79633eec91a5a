from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.demo.failure import DemoFailure
from sandbox.demo.layout import Layout
from sandbox.demo.moments import delivery as module
from sandbox.demo.moments.approver import APPROVAL
from sandbox.demo.moments.delivery import Delivery
from sandbox.demo.outcome import Step

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ORDER = ["Source", "Deploy", "Test", APPROVAL, "Verify"]


def action(name: str, status: str = "Succeeded", *, stage: str = "DeployStaging", **more: Any) -> dict[str, Any]:
    began = NOON + timedelta(seconds=ORDER.index(name))
    at = {"startTime": began, "lastUpdateTime": began + timedelta(seconds=56)}
    return {"stageName": stage, "actionName": name, "status": status, **at, **more}


class Pages:
    """A paginator that gives each item a page of its own."""

    def __init__(self, key: str, items: list[Any]) -> None:
        self.key, self.items = key, items

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{self.key: [item]} for item in self.items]


class CodePipeline:
    """One pipeline, going through states of (status, actions), one a look."""

    def __init__(self, *states: tuple[str, list[dict[str, Any]]], executions: tuple[dict[str, Any], ...] = ()) -> None:
        self.left = list(states)
        self.executions = executions
        self.variables: dict[str, str] = {}

    def get_pipeline_execution(self, *, pipelineName: str, pipelineExecutionId: str) -> dict[str, Any]:
        assert pipelineName == "deploy"
        resolved = [{"name": "ModelPackageArn", "resolvedValue": self.variables.get(pipelineExecutionId, "latest")}]
        return {"pipelineExecution": {"status": self.left[0][0] if self.left else "", "variables": resolved}}

    def get_paginator(self, operation: str) -> Pages:
        if operation == "list_pipeline_executions":
            return Pages("pipelineExecutionSummaries", list(self.executions))
        _, actions = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        return Pages("actionExecutionDetails", list(reversed(actions)))


def delivering(tmp_path: Path, codepipeline: CodePipeline, lines: tuple[str, ...] = ()) -> Delivery:
    logged = {"logs": {"groupName": "/aws/codebuild/smoke", "streamName": "s"}}
    clients: Any = SimpleNamespace(
        codepipeline=codepipeline,
        codebuild=SimpleNamespace(batch_get_builds=lambda **_: {"builds": [logged]}),
        logs=SimpleNamespace(get_paginator=lambda _: Pages("events", [{"message": line} for line in lines])),
    )
    return Delivery(clients, "deploy", Layout(tmp_path))


def test_the_execution_of_a_commit_is_the_one_with_its_revision(tmp_path: Path) -> None:
    executions = (
        {"pipelineExecutionId": "e-2", "status": "InProgress", "sourceRevisions": [{"revisionId": "abc"}]},
        {"pipelineExecutionId": "e-1", "status": "InProgress", "sourceRevisions": [{"revisionId": "seed"}]},
    )
    delivery = delivering(tmp_path, CodePipeline(executions=executions))
    assert delivery.of_commit("abc") == "e-2"
    assert delivery.under_way() == ["e-1", "e-2"]


def test_the_execution_of_a_decision_is_none_from_before_it(tmp_path: Path) -> None:
    codepipeline = CodePipeline(executions=({"pipelineExecutionId": "e-2"}, {"pipelineExecutionId": "e-1"}))
    codepipeline.variables = {"e-1": "abalone/1", "e-2": "abalone/1"}
    assert delivering(tmp_path, codepipeline).of_version("abalone/1", known=["e-1"]) == "e-2"


def test_a_decision_that_starts_nothing_is_told_and_not_waited_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STARTING", 0.0)
    with pytest.raises(DemoFailure, match="nothing came of it within 0 s") as failed:
        delivering(tmp_path, CodePipeline()).of_version("abalone/1", known=[])
    assert failed.value.where == "deploy: an execution for version 1"


def test_actions_are_shown_in_their_order_until_one_waits(tmp_path: Path) -> None:
    source, deploy = action("Source", stage="Source"), action("Deploy")
    codepipeline = CodePipeline(
        ("InProgress", [source, action("Deploy", "InProgress")]),
        ("InProgress", [source, deploy, action(APPROVAL, "InProgress")]),
    )
    shown: list[list[str]] = []
    delivering(tmp_path, codepipeline).follow(
        "e-2", lambda steps: shown.append([f"{step.name} {step.status}" for step in steps]), until=APPROVAL
    )
    assert shown == [
        ["Source Succeeded", "DeployStaging Deploy InProgress"],
        ["Source Succeeded", "DeployStaging Deploy Succeeded", "DeployStaging Approve InProgress"],
    ]


def test_what_was_shown_before_the_release_is_not_shown_again(tmp_path: Path) -> None:
    shown: list[Step] = []
    codepipeline = CodePipeline(
        ("Succeeded", [action("Deploy"), action(APPROVAL), action("Verify", stage="DeployProd")])
    )
    delivering(tmp_path, codepipeline).follow("e-2", shown.extend, after=APPROVAL)
    assert [step.name for step in shown] == ["DeployProd Verify"]


def test_an_ended_action_tells_how_long_it_took(tmp_path: Path) -> None:
    shown: list[Step] = []
    codepipeline = CodePipeline(("Succeeded", [action("Test")]))
    delivering(tmp_path, codepipeline).follow("e-2", shown.extend)
    assert shown == [Step("DeployStaging Test", "Succeeded", 56.0)]


def test_a_failed_action_is_told_with_its_reason_and_the_last_lines_of_its_log(tmp_path: Path) -> None:
    failed = action(
        "Test",
        "Failed",
        input={"actionTypeId": {"provider": "CodeBuild"}},
        output={"executionResult": {"externalExecutionId": "b:1", "errorDetails": {"message": "exit status 1"}}},
    )
    codepipeline = CodePipeline(("Failed", [failed]))
    delivery = delivering(
        tmp_path, codepipeline, ("one\n", "two\n", "row 3: 9.1 for 7.8\n", "failed\n", "[Container] end\n")
    )
    with pytest.raises(DemoFailure) as told:
        delivery.follow("e-2", lambda _: None)
    assert told.value.where == "DeployStaging Test"
    assert told.value.reason == "exit status 1 Its last lines: two | row 3: 9.1 for 7.8 | failed"
    assert told.value.log == tmp_path / "logs" / "DeployStaging-Test.log"
    assert told.value.log.read_text().startswith("one\ntwo\n")


def test_a_stack_that_fails_has_no_log_but_a_reason(tmp_path: Path) -> None:
    failed = action(
        "Deploy",
        "Failed",
        input={"actionTypeId": {"provider": "CloudFormation"}},
        output={"executionResult": {"externalExecutionId": "arn", "errorDetails": {"message": "Endpoint: no quota"}}},
    )
    with pytest.raises(DemoFailure, match="Endpoint: no quota") as told:
        delivering(tmp_path, CodePipeline(("Failed", [failed]))).follow("e-2", lambda _: None)
    assert told.value.log == tmp_path / "sandbox.log"


def test_a_pipeline_that_ends_without_waiting_for_the_person_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(DemoFailure, match="e-2 is Succeeded, and never came to Approve"):
        delivering(tmp_path, CodePipeline(("Succeeded", [action("Deploy")]))).follow(
            "e-2", lambda _: None, until=APPROVAL
        )
