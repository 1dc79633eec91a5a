"""An execution acts as its pipeline's role: what the role may not do, its steps cannot."""

from __future__ import annotations

from tests.sandbox.pipelines.definitions import definition, gated, processing
from tests.sandbox.pipelines.world import ROLE, Pipelines

GET_OBJECT = ("pipeline", "s3:GetObject")


def test_every_call_of_every_step_is_made_by_the_role(world: Pipelines) -> None:
    world.create(gated())
    execution, _ = world.run()
    assert execution["PipelineExecutionStatus"] == "Succeeded"
    calls = dict(world.calls)  # what the test itself asks comes without a key
    made = ("CreateProcessingJob", "CreateTrainingJob", "CreateModelPackage", "CreateModel", "CreateTransformJob")
    assert {operation: calls[operation] for operation in made} == dict.fromkeys(made, "ASIA-pipeline")


def test_the_role_is_taken_on_once_an_execution_for_the_pipeline(world: Pipelines) -> None:
    pipeline = world.create(gated())
    world.run()
    assert world.roles.taken == [(ROLE, "sagemaker", pipeline)]


def test_a_call_that_the_role_may_not_make_fails_the_step_and_names_role_and_action(world: Pipelines) -> None:
    world.roles.denied.add(("pipeline", "sagemaker:CreateProcessingJob"))
    world.create(definition(processing("A")))
    execution, steps = world.run()
    assert execution["PipelineExecutionStatus"] == "Failed"
    assert steps["A"]["FailureReason"].startswith(
        "ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: User:"
        " arn:aws:sts::000000000000:assumed-role/pipeline/SageMaker is not authorized to perform: sagemaker:CreateProcessingJob"
    )


def test_a_gate_whose_evaluation_the_role_may_not_read_fails(world: Pipelines) -> None:
    world.roles.denied.add(GET_OBJECT)
    world.create(gated())
    _, steps = world.run()
    reason = steps["Gate"]["FailureReason"]
    assert "property file 'Evaluation' of step 'Evaluate': the pipeline's role may not read s3://bucket/" in reason
    assert "is not authorized to perform: s3:GetObject" in reason
    assert "Register" not in steps


def test_a_role_that_cannot_be_taken_on_fails_the_first_step(world: Pipelines) -> None:
    world.roles.absent.add(ROLE)
    world.create(definition(processing("A")))
    _, steps = world.run()
    assert (
        f"Could not assume the pipeline's role {ROLE}. Please ensure that the role exists"
        in steps["A"]["FailureReason"]
    )
    assert world.jobs.order == []


def test_a_retry_acts_as_the_role_that_the_pipeline_has_by_then(world: Pipelines) -> None:
    world.roles.absent.add(ROLE)
    world.create(definition(processing("A")))
    execution, _ = world.run()
    other = ROLE.replace("pipeline", "mended")
    world.call("UpdatePipeline", PipelineName="p", RoleArn=other)
    world.call("RetryPipelineExecution", PipelineExecutionArn=execution["PipelineExecutionArn"])
    assert world.end(execution["PipelineExecutionArn"])["PipelineExecutionStatus"] == "Succeeded"
    assert dict(world.calls)["CreateProcessingJob"] == "ASIA-mended"
