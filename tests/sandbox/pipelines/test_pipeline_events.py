"""What EventBridge hears of an execution and its steps: each change of a status, in order, in AWS's recorded shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.events import Event
from sandbox.sagemaker.pipelines import executions
from tests.sandbox.pipelines.definitions import cached, definition, gated, processing
from tests.sandbox.pipelines.world import Pipelines

RECORDED = Path(__file__).resolve().parents[2] / "infra/functions/events"
EXECUTION = "SageMaker Model Building Pipeline Execution Status Change"
STEP = "SageMaker Model Building Pipeline Execution Step Status Change"
ENDED = ("Succeeded", "Failed", "Stopped")


def heard(world: Pipelines, arn: str) -> list[Event]:
    """All events of an execution, once its last has come."""

    def last(event: Event) -> bool:
        detail = event.detail
        return detail.get("pipelineExecutionArn") == arn and detail.get("currentPipelineExecutionStatus") in ENDED

    return [event for event in world.heard.until(last) if event.detail.get("pipelineExecutionArn") == arn]


def steps_of(events: list[Event], name: str) -> list[tuple[Any, Any]]:
    details = [event.detail for event in events if event.detail_type == STEP and event.detail["stepName"] == name]
    return [(detail.get("previousStepStatus"), detail["currentStepStatus"]) for detail in details]


def recorded(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    return event


def test_an_execution_tells_how_it_began_and_ended(world: Pipelines) -> None:
    pipeline = world.create(definition(processing("A")))
    arn = world.start(PipelineExecutionDescription="Weekly")
    began, ended = [event for event in heard(world, arn) if event.detail_type == EXECUTION]
    assert began.detail["currentPipelineExecutionStatus"] == "Executing"
    assert "executionEndTime" not in began.detail
    assert ended.resources == (pipeline, arn)
    assert ended.detail["previousPipelineExecutionStatus"] == "Executing"
    assert ended.detail["currentPipelineExecutionStatus"] == "Succeeded"
    sample = recorded("near_miss_sagemaker_pipeline_succeeded")
    assert (ended.source, ended.detail_type) == (sample["source"], sample["detail-type"])
    assert ended.detail.keys() == sample["detail"].keys()
    assert len(ended.detail["executionEndTime"]) == len(sample["detail"]["executionEndTime"])


def test_a_step_tells_every_status_with_its_job(world: Pipelines) -> None:
    world.create(definition(processing("A")))
    events = heard(world, world.start())
    assert steps_of(events, "A") == [(None, "Starting"), ("Starting", "Executing"), ("Executing", "Succeeded")]
    ended = [event for event in events if event.detail_type == STEP][-1]
    sample = recorded("near_miss_sagemaker_step_succeeded")
    assert ended.detail.keys() == sample["detail"].keys()
    assert ended.detail["stepType"] == "Processing"
    assert ended.detail["metadata"] == {"processingJob": {"arn": f"{JOBS}/{world.jobs.name_of('A')}"}}


JOBS = "arn:aws:sagemaker:us-east-1:000000000000:processing-job"


def test_a_failed_step_tells_its_reason_before_the_execution_fails(world: Pipelines) -> None:
    world.jobs.scripts["A"] = ["AlgorithmError: no rows, exit code: 1"]
    world.create(definition(processing("A")))
    *_, step, execution = heard(world, world.start())
    assert step.detail.keys() == recorded("sagemaker_step_failed")["detail"].keys()
    assert step.detail["failureReason"] == "AlgorithmError: no rows, exit code: 1"
    assert execution.detail["currentPipelineExecutionStatus"] == "Failed"


def test_a_stop_is_told_on_its_way(world: Pipelines) -> None:
    world.jobs.scripts["A"] = ["Hold"]
    world.create(definition(processing("A")))
    arn = world.start()
    world.await_step(arn, "A", "Executing")
    world.call("StopPipelineExecution", PipelineExecutionArn=arn)
    events = heard(world, arn)
    assert steps_of(events, "A")[-2:] == [("Executing", "Stopping"), ("Stopping", "Stopped")]
    told = [event.detail["currentPipelineExecutionStatus"] for event in events if event.detail_type == EXECUTION]
    assert told == ["Executing", "Stopping", "Stopped"]


def test_a_cached_step_names_the_run_it_stands_for(world: Pipelines) -> None:
    world.create(definition(processing("A", **cached())))
    first = world.start()
    heard(world, first)
    ended = [event for event in heard(world, world.start()) if event.detail_type == STEP][-1]
    assert ended.detail["cacheHitResult"] == {"sourcePipelineExecutionArn": first}


def test_each_step_type_is_named_and_skipped_steps_say_nothing(world: Pipelines) -> None:
    world.create(gated())
    events = heard(world, world.start())
    types = {event.detail["stepName"]: event.detail["stepType"] for event in events if event.detail_type == STEP}
    assert types == {step: status["StepType"] for step, status in _typed(gated()).items() if step in types}
    assert set(types) == set(world.steps(events[0].detail["pipelineExecutionArn"]))


def _typed(raw: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Every step of a definition by name, those in branches included."""
    found: dict[str, dict[str, str]] = {}
    for step in raw["Steps"]:
        found[step["Name"]] = {"StepType": step["Type"]}
        for branch in ("IfSteps", "ElseSteps"):
            found |= _typed({"Steps": step["Arguments"].get(branch, [])})
    return found


def test_what_recovery_marks_as_failed_is_told(tmp_path: Path) -> None:
    before = Pipelines(tmp_path)
    before.jobs.scripts["A"] = ["Hold"]
    before.create(definition(processing("A")))
    arn = before.start()
    before.await_step(arn, "A", "Executing")
    after = before.again(tmp_path)
    executions.recover(after.sagemaker)
    step, execution = heard(after, arn)
    assert (step.detail["currentStepStatus"], execution.detail["currentPipelineExecutionStatus"]) == (
        "Failed",
        "Failed",
    )
    assert "The sandbox stopped while this step was running" in step.detail["failureReason"]
    after.close()
    before.close()


def test_an_event_that_cannot_be_told_stops_neither_the_work_nor_the_next(
    world: Pipelines, caplog: pytest.LogCaptureFixture
) -> None:
    tell = type(world.heard).__call__

    def refuse_steps(heard: Any, event: Event) -> None:
        if event.detail_type == STEP:
            raise RuntimeError("no bus")
        tell(heard, event)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(world.heard), "__call__", refuse_steps)
        world.create(definition(processing("A")))
        arn = world.start()
        assert [event.detail_type for event in heard(world, arn)] == [EXECUTION, EXECUTION]
    assert world.end(arn)["PipelineExecutionStatus"] == "Succeeded"
    assert "no bus" in caplog.text
