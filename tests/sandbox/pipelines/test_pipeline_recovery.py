"""`kill -9` at every write of an execution, then a new process: marked, retried, and nothing registered twice."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from sandbox.sagemaker.pipelines import executions
from tests.sandbox.pipelines.definitions import definition, gated, processing
from tests.sandbox.pipelines.dying_store import DyingStore, Killed
from tests.sandbox.pipelines.fake_jobs import SECONDS
from tests.sandbox.pipelines.world import Pipelines

LAST_WRITE = 41  # writes of a whole run of `gated`
ALL = {"Preprocess", "Train", "Evaluate", "Gate", "Register", "CreateModel", "Score"}


@pytest.fixture(autouse=True)
def _killed_threads_are_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = threading.excepthook

    def hook(arguments: threading.ExceptHookArgs) -> None:
        if not issubclass(arguments.exc_type, Killed):
            inner(arguments)

    monkeypatch.setattr(threading, "excepthook", hook)


def _run_until_killed(world: Pipelines, writes: int) -> str:
    """Start the pipeline in a process that dies after so many writes; returns the execution's ARN, "" if it got none."""
    world.sagemaker.store.close()
    world.sagemaker.store = store = DyingStore(world.sagemaker.settings.database("sagemaker"), writes=writes)
    try:
        arn = world.start()
    except Killed:
        return ""
    assert store.over.wait(SECONDS)
    return arn


@pytest.mark.parametrize("writes", range(LAST_WRITE))
def test_a_kill_at_any_write_leaves_a_run_that_a_retry_finishes(tmp_path: Path, writes: int) -> None:
    before = Pipelines(tmp_path)
    before.create(gated())
    arn = _run_until_killed(before, writes)
    after = before.again(tmp_path)
    executions.recover(after.sagemaker)
    if arn:
        execution = after.call("DescribePipelineExecution", PipelineExecutionArn=arn)
        assert execution["PipelineExecutionStatus"] == "Failed"
        assert all(each["StepStatus"] in ("Succeeded", "Failed") for each in after.steps(arn).values())
        after.call("RetryPipelineExecution", PipelineExecutionArn=arn)
        assert after.end(arn)["PipelineExecutionStatus"] == "Succeeded"
        steps = after.steps(arn)
        assert set(steps) == ALL
        assert {each["StepStatus"] for each in steps.values()} == {"Succeeded"}
    assert len(after.sagemaker.store.all("model-package")) == (1 if arn else 0)
    before.close()
    after.close()


def test_the_last_of_those_writes_is_the_last_of_the_run(tmp_path: Path) -> None:
    world = Pipelines(tmp_path)
    world.create(gated())
    arn = _run_until_killed(world, LAST_WRITE)
    assert world.call("DescribePipelineExecution", PipelineExecutionArn=arn)["PipelineExecutionStatus"] == "Succeeded"
    world.close()


def test_a_killed_step_and_its_execution_say_what_happened_and_what_to_do(tmp_path: Path) -> None:
    world = Pipelines(tmp_path)
    world.create(definition(processing("A")))
    world.jobs.scripts = {"A": ["Hold"]}
    arn = world.start()
    world.await_step(arn, "A", "Executing")
    after = world.again(tmp_path)
    executions.recover(after.sagemaker)
    execution = after.call("DescribePipelineExecution", PipelineExecutionArn=arn)
    assert execution["FailureReason"] == "Step failure: One or multiple steps failed."
    reason = after.steps(arn)["A"]["FailureReason"]
    assert reason.startswith("The sandbox stopped while this step was running.")
    assert reason.endswith(f"aws sagemaker retry-pipeline-execution --pipeline-execution-arn {arn}")
    world.close()
    after.close()
