"""Executions of pipelines, on fake jobs."""

from __future__ import annotations

from sandbox.errors import ServiceError
from tests.sandbox.pipelines.definitions import (
    at_most,
    condition,
    definition,
    gated,
    json_get,
    processing,
)
from tests.sandbox.pipelines.world import Pipelines


def test_the_steps_of_a_gated_pipeline_run_in_order_and_register_one_version(world: Pipelines) -> None:
    world.create(gated())
    execution, steps = world.run()
    assert execution["PipelineExecutionStatus"] == "Succeeded"
    assert set(steps) == {"Preprocess", "Train", "Evaluate", "Gate", "Register", "CreateModel", "Score"}
    assert list(steps)[:4] == ["Preprocess", "Train", "Evaluate", "Gate"]
    assert {each["StepStatus"] for each in steps.values()} == {"Succeeded"}
    assert steps["Gate"]["Metadata"] == {"Condition": {"Outcome": "True"}}
    assert steps["Register"]["Metadata"]["RegisterModel"]["Arn"].endswith("model-package/group/1")
    assert steps["Preprocess"]["Metadata"]["ProcessingJob"]["Arn"].startswith(world.sagemaker.arn("processing-job/"))
    (package,) = world.sagemaker.store.all("model-package")
    assert package["CustomerMetadataProperties"] == {"Mse": "4.5"}
    trained = next(request for step, request in world.jobs.requests if step == "Train")
    assert trained["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] == "s3://bucket/Preprocess"


def test_job_names_are_those_aws_makes_and_fit_its_limit(world: Pipelines) -> None:
    world.create(definition(processing("A_rather-long_name" + "x" * 40)))
    _, steps = world.run()
    (step,) = steps.values()
    name = step["Metadata"]["ProcessingJob"]["Arn"].rpartition("/")[2]
    assert name.startswith("pipelines-")
    assert len(name) == 63


def test_the_branch_not_taken_is_never_listed(world: Pipelines) -> None:
    world.jobs.evaluation = {"metrics": {"mse": {"value": 7.25}}}
    world.create(gated())
    execution, steps = world.run()
    assert execution["PipelineExecutionStatus"] == "Failed"
    assert execution["FailureReason"] == "Step failure: One or multiple steps failed."
    assert set(steps) == {"Preprocess", "Train", "Evaluate", "Gate", "TooBad"}
    assert steps["Gate"]["StepStatus"] == "Succeeded"
    assert steps["TooBad"]["FailureReason"] == "the MSE, 7.25 , is above 6.0"
    assert steps["TooBad"]["Metadata"] == {"Fail": {"ErrorMessage": "the MSE, 7.25 , is above 6.0"}}
    assert world.sagemaker.store.all("model-package") == []


def test_what_depends_on_a_step_of_the_branch_not_taken_is_skipped_too(world: Pipelines) -> None:
    gate = condition("Gate", at_most(2, 1), then=[processing("Inside")])
    world.create(definition(processing("After", DependsOn=["Inside"]), gate, processing("Beside", DependsOn=["Gate"])))
    execution, steps = world.run()
    assert execution["PipelineExecutionStatus"] == "Succeeded"
    assert set(steps) == {"Gate", "Beside"}


def test_no_more_steps_run_at_a_time_than_the_parallelism_allows(world: Pipelines) -> None:
    steps = [processing(f"S{number}") for number in range(6)]
    world.create(definition(*steps), ParallelismConfiguration={"MaxParallelExecutionSteps": 2})
    world.jobs.scripts = {f"S{number}": ["Hold"] for number in range(6)}
    arn = world.start()
    for number in range(0, 6, 2):
        for name in (f"S{number}", f"S{number + 1}"):
            world.await_step(arn, name, "Executing")
        assert len(world.steps(arn)) == number + 2
        world.jobs.release(f"S{number}")
        world.jobs.release(f"S{number + 1}")
    assert world.end(arn)["PipelineExecutionStatus"] == "Succeeded"
    assert world.jobs.most_at_once == 2


def test_a_start_may_override_the_parallelism_and_an_update_change_it_under_way(world: Pipelines) -> None:
    world.create(
        definition(*[processing(f"S{n}") for n in range(3)]), ParallelismConfiguration={"MaxParallelExecutionSteps": 3}
    )
    world.jobs.scripts = {f"S{n}": ["Hold"] for n in range(3)}
    arn = world.start(ParallelismConfiguration={"MaxParallelExecutionSteps": 1})
    world.await_step(arn, "S0", "Executing")
    assert list(world.steps(arn)) == ["S0"]
    world.call(
        "UpdatePipelineExecution",
        PipelineExecutionArn=arn,
        PipelineExecutionDescription="wider",
        ParallelismConfiguration={"MaxParallelExecutionSteps": 3},
    )
    for n in range(3):
        world.await_step(arn, f"S{n}", "Executing")
        world.jobs.release(f"S{n}")
    assert world.end(arn)["PipelineExecutionDescription"] == "wider"


def test_after_a_failure_running_steps_finish_and_none_starts(world: Pipelines) -> None:
    world.create(definition(processing("Bad"), processing("Slow"), processing("Next", DependsOn=["Slow"])))
    world.jobs.scripts = {"Bad": ["AlgorithmError: no rows"], "Slow": ["Hold"]}
    arn = world.start()
    world.await_step(arn, "Bad", "Failed")
    world.await_step(arn, "Slow", "Executing")
    assert world.call("DescribePipelineExecution", PipelineExecutionArn=arn)["PipelineExecutionStatus"] == "Executing"
    world.jobs.release("Slow")
    assert world.end(arn)["PipelineExecutionStatus"] == "Failed"
    steps = world.steps(arn)
    assert {name: each["StepStatus"] for name, each in steps.items()} == {"Bad": "Failed", "Slow": "Succeeded"}
    assert steps["Bad"]["FailureReason"] == "AlgorithmError: no rows"
    assert steps["Bad"]["AttemptCount"] == 1


def test_a_refused_request_fails_the_step_in_awss_words(world: Pipelines) -> None:
    world.jobs.scripts = {"A": [ServiceError("the bucket is not yours")]}
    world.create(definition(processing("A")))
    _, steps = world.run()
    assert steps["A"]["FailureReason"] == (
        "ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: the bucket is not yours"
    )


def test_a_broken_expression_fails_its_step_with_a_sentence(world: Pipelines) -> None:
    gate = condition("Gate", at_most(json_get("A", "metrics.rmse"), 1))
    world.create(definition(processing("A"), gate))
    _, steps = world.run()
    assert steps["Gate"]["FailureReason"] == (
        "ClientError: step 'Gate': Std:JsonGet 'metrics.rmse' in property file 'Evaluation' of step 'A':"
        " metrics has no 'rmse'; it has: mse"
    )


def test_a_metric_that_is_no_number_fails_the_gate(world: Pipelines) -> None:
    world.jobs.evaluation = {"metrics": {"mse": {"value": float("nan")}}}
    world.create(gated())
    execution, steps = world.run()
    assert execution["PipelineExecutionStatus"] == "Failed"
    assert "NaN is not a number JSON knows" in steps["Gate"]["FailureReason"]
    assert world.sagemaker.store.all("model-package") == []
