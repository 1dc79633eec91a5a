from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.demo.failure import DemoFailure
from sandbox.demo.layout import Layout
from sandbox.demo.moments.training import execution_of_commit, follow
from sandbox.demo.outcome import Step

ARN = "arn:aws:sagemaker:us-east-1:000000000000:pipeline/abalone/execution/abc123def456"
PACKAGE = "arn:aws:sagemaker:us-east-1:000000000000:model-package/abalone/3"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def step(name: str, status: str = "Succeeded", **more: Any) -> dict[str, Any]:
    return {"StepName": name, "StepStatus": status, "StartTime": NOON, "EndTime": NOON + timedelta(seconds=2), **more}


TRAINED = step("Train", Metadata={"TrainingJob": {"Arn": "arn:aws:sagemaker:us-east-1:000000000000:training-job/t-1"}})
REGISTERED = step("RegisterModel", Metadata={"RegisterModel": {"Arn": PACKAGE}})


class Pages:
    """A paginator that gives each item a page of its own."""

    def __init__(self, key: str, items: list[dict[str, Any]]) -> None:
        self.key, self.items = key, items

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{self.key: [item]} for item in self.items]


def clients(*states: tuple[str, list[dict[str, Any]]], lines: tuple[str, ...] = (), reason: str = "") -> Any:
    """SageMaker with an execution that goes through these states, one a poll, and CloudWatch Logs with these lines."""
    left = list(states)

    def describe(**_: Any) -> dict[str, Any]:
        return {"PipelineExecutionStatus": left[0][0], **({"FailureReason": reason} if reason else {})}

    def paginator(_: str) -> Pages:
        _, steps = left.pop(0) if len(left) > 1 else left[0]
        return Pages("PipelineExecutionSteps", steps)

    logged = Pages("events", [{"message": line} for line in lines])
    return SimpleNamespace(
        sagemaker=SimpleNamespace(describe_pipeline_execution=describe, get_paginator=paginator),
        logs=SimpleNamespace(get_paginator=lambda _: logged),
    )


def listed(*executions: tuple[str, str]) -> Any:
    """SageMaker with executions of these names and descriptions."""
    rows = [{"PipelineExecutionArn": name, "PipelineExecutionDescription": told} for name, told in executions]
    pages = Pages("PipelineExecutionSummaries", rows)
    missing = type("ResourceNotFound", (Exception,), {})
    return SimpleNamespace(get_paginator=lambda _: pages, exceptions=SimpleNamespace(ResourceNotFound=missing))


def test_the_newest_execution_that_a_commit_has_started_is_its_own() -> None:
    sagemaker = listed(("weekly", "retraining of 06:00"), ("second", "commit abc"), ("first", "commit abc"))
    assert execution_of_commit(sagemaker, "abalone-pipeline", "abc") == "second"


def test_a_build_that_started_no_execution_is_a_failure() -> None:
    with pytest.raises(DemoFailure, match="started no execution of abalone-pipeline for commit abc"):
        execution_of_commit(listed(("other", "commit abd")), "abalone-pipeline", "abc")


def test_steps_are_shown_until_the_execution_ends(tmp_path: Path) -> None:
    cached = {"CacheHitResult": {"SourcePipelineExecutionArn": ARN}}
    shown: list[list[str]] = []
    execution = follow(
        clients(("Executing", [step("Train", "Executing")]), ("Succeeded", [TRAINED | cached, REGISTERED])),
        ARN,
        Layout(tmp_path),
        lambda steps: shown.append([f"{step.name} {step.status}" for step in steps]),
    )
    assert shown == [["Train Executing"], ["Train Succeeded", "RegisterModel Succeeded"]]
    assert execution.model_package_arn == PACKAGE
    assert execution.steps[0] == Step(name="Train", status="Succeeded", seconds=2.0, cached=True)
    assert not execution.steps[1].cached


def test_a_failed_step_is_told_with_its_reason_and_its_saved_log(tmp_path: Path) -> None:
    failed = TRAINED | {"StepStatus": "Failed", "FailureReason": "AlgorithmError: row 7, column sex: unknown code X"}
    with pytest.raises(DemoFailure) as told:
        follow(clients(("Failed", [failed]), lines=("reading", "row 7")), ARN, Layout(tmp_path), lambda _: None)
    assert told.value.where == "step Train"
    assert told.value.reason == "AlgorithmError: row 7, column sex: unknown code X"
    assert told.value.log == tmp_path / "logs" / "Train.log"
    assert told.value.log.read_text() == "reading\nrow 7\n"


def test_an_execution_that_fails_outside_its_steps_is_told_with_its_own_reason(tmp_path: Path) -> None:
    service = clients(("Failed", []), reason="The sandbox was stopped while the execution was under way")
    with pytest.raises(DemoFailure, match="stopped while the execution"):
        follow(service, ARN, Layout(tmp_path), lambda _: None)


def test_a_run_that_registers_nothing_is_not_a_success(tmp_path: Path) -> None:
    with pytest.raises(DemoFailure, match="without registering a model"):
        follow(clients(("Succeeded", [TRAINED])), ARN, Layout(tmp_path), lambda _: None)
