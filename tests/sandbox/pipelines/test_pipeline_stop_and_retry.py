"""StopPipelineExecution and RetryPipelineExecution."""

from __future__ import annotations

import json

import pytest

from sandbox.errors import ConflictError
from tests.sandbox.pipelines.definitions import at_most, condition, definition, fail, gated, json_get, processing
from tests.sandbox.pipelines.world import Pipelines

CAPACITY = "CapacityError: Unable to provision requested ML compute capacity."


def test_a_stop_stops_the_jobs_and_starts_nothing_more(world: Pipelines) -> None:
    world.create(definition(processing("A"), processing("B", DependsOn=["A"])))
    world.jobs.scripts = {"A": ["Hold"]}
    arn = world.start()
    world.await_step(arn, "A", "Executing")
    world.call("StopPipelineExecution", PipelineExecutionArn=arn)
    assert world.end(arn)["PipelineExecutionStatus"] == "Stopped"
    steps = world.steps(arn)
    assert {name: each["StepStatus"] for name, each in steps.items()} == {"A": "Stopped"}
    assert "EndTime" in steps["A"]


def test_a_stop_ends_the_wait_for_a_next_attempt(world: Pipelines) -> None:
    slow = {"ExceptionType": ["SageMaker.CAPACITY_ERROR"], "IntervalSeconds": 3600, "MaxAttempts": 2}
    world.create(definition(processing("A", RetryPolicies=[slow])))
    world.jobs.scripts = {"A": [CAPACITY]}
    arn = world.start()
    world.await_step(arn, "A", "Executing")
    world.sagemaker.store.wait(
        "processing-job",
        world.jobs.name_of("A"),
        until=lambda job: bool(job and job["ProcessingJobStatus"] == "Failed"),
        timeout=5,
    )
    world.call("StopPipelineExecution", PipelineExecutionArn=arn)
    assert world.end(arn)["PipelineExecutionStatus"] == "Stopped"


def test_an_ended_execution_cannot_be_stopped_and_a_succeeded_one_not_retried(world: Pipelines) -> None:
    world.create(definition(processing("A")))
    execution, _ = world.run()
    arn = execution["PipelineExecutionArn"]
    with pytest.raises(ConflictError, match="is Succeeded; only one that is Executing can be stopped"):
        world.call("StopPipelineExecution", PipelineExecutionArn=arn)
    with pytest.raises(ConflictError, match="is Succeeded; only a Failed or Stopped one can be retried"):
        world.call("RetryPipelineExecution", PipelineExecutionArn=arn)


def test_a_retry_keeps_what_succeeded_and_goes_on_from_what_failed(world: Pipelines) -> None:
    world.create(gated())
    world.jobs.scripts = {"Evaluate": ["AlgorithmError: boom"]}
    execution, before = world.run()
    arn = execution["PipelineExecutionArn"]
    assert list(before) == ["Preprocess", "Train", "Evaluate"]
    token = "r" * 32
    world.call("RetryPipelineExecution", PipelineExecutionArn=arn, ClientRequestToken=token)
    world.call("RetryPipelineExecution", PipelineExecutionArn=arn, ClientRequestToken=token)
    after = world.end(arn)
    assert (after["PipelineExecutionStatus"], after["PipelineExecutionArn"]) == ("Succeeded", arn)
    assert "FailureReason" not in after
    steps = world.steps(arn)
    assert {each["StepStatus"] for each in steps.values()} == {"Succeeded"}
    assert "FailureReason" not in steps["Evaluate"]
    assert steps["Train"] == before["Train"]
    assert world.jobs.order == ["Preprocess", "Train", "Evaluate", "Evaluate", "Score"]


def test_a_retry_of_a_stopped_execution_runs_the_stopped_steps_again(world: Pipelines) -> None:
    world.create(definition(processing("A"), processing("B", DependsOn=["A"])))
    world.jobs.scripts = {"B": ["Hold"]}
    arn = world.start()
    world.await_step(arn, "B", "Executing")
    world.call("StopPipelineExecution", PipelineExecutionArn=arn)
    world.end(arn)
    world.call(
        "RetryPipelineExecution", PipelineExecutionArn=arn, ParallelismConfiguration={"MaxParallelExecutionSteps": 1}
    )
    assert world.end(arn)["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 1}
    assert world.jobs.order == ["A", "B", "B"]
    assert {each["StepStatus"] for each in world.steps(arn).values()} == {"Succeeded"}


def test_a_retry_takes_the_branch_that_was_taken(world: Pipelines) -> None:
    gate = condition(
        "Gate", at_most(json_get("A", "metrics.mse.value"), 6), then=[processing("In")], otherwise=[fail("F")]
    )
    world.create(definition(processing("A"), gate))
    world.jobs.scripts = {"In": ["AlgorithmError: boom"]}
    execution, _ = world.run()
    world.objects.content["A/evaluation.json"] = json.dumps({"metrics": {"mse": {"value": 100}}}).encode()
    world.call("RetryPipelineExecution", PipelineExecutionArn=execution["PipelineExecutionArn"])
    assert world.end(execution["PipelineExecutionArn"])["PipelineExecutionStatus"] == "Succeeded"
