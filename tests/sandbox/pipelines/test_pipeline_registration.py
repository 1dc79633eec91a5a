"""What a RegisterModel step asks of the registry: its group first, each time, then a version or a package without one."""

from __future__ import annotations

import pytest

from sandbox.store import Document
from tests.sandbox.pipelines.definitions import definition, gated, model, processing, register, training, transform
from tests.sandbox.pipelines.world import Pipelines

ARTIFACT = "s3://bucket/model.tar.gz"
GROUP = "sagemaker:CreateModelPackageGroup"


def without_group() -> Document:
    step = register("Register", ARTIFACT)
    del step["Arguments"]["ModelPackageGroupName"]
    return step


def asked(world: Pipelines, operation: str) -> list[Document]:
    return [request for name, request in world.requests if name == operation]


def test_a_group_that_is_not_there_is_made_with_the_executions_tag(world: Pipelines) -> None:
    world.create(definition(register("Register", ARTIFACT)))
    execution, steps = world.run()
    assert execution["PipelineExecutionStatus"] == "Succeeded", steps
    tag = {"Key": "sagemaker:pipeline-execution-arn", "Value": execution["PipelineExecutionArn"]}
    assert asked(world, "CreateModelPackageGroup") == [{"ModelPackageGroupName": "group", "Tags": [tag]}]


def test_the_group_is_asked_for_though_it_is_there_and_the_step_goes_on(world: Pipelines) -> None:
    world.create(definition(register("Register", ARTIFACT)))
    world.run()
    execution, _ = world.run()
    assert execution["PipelineExecutionStatus"] == "Succeeded"
    assert len(asked(world, "CreateModelPackageGroup")) == 2


def test_a_role_that_may_not_make_the_group_fails_the_step_though_the_group_is_there(world: Pipelines) -> None:
    world.create(definition(register("Register", ARTIFACT)))
    world.run()
    world.roles.denied.add(("pipeline", GROUP))
    execution, steps = world.run()
    assert execution["PipelineExecutionStatus"] == "Failed"
    assert steps["Register"]["FailureReason"].startswith(
        "ClientError: Failed to invoke sagemaker:CreateModelPackageGroup. Error Details: User:"
        " arn:aws:sts::000000000000:assumed-role/pipeline/SageMaker is not authorized to perform:"
        " sagemaker:CreateModelPackageGroup"
    )


def test_the_steps_tags_are_the_groups_and_no_version_carries_any(world: Pipelines) -> None:
    own = {"Key": "team", "Value": "shellfish"}
    world.create(definition(register("Register", ARTIFACT, arguments={"Tags": [own]})))
    world.run()
    assert own in asked(world, "CreateModelPackageGroup")[0]["Tags"]
    assert "Tags" not in asked(world, "CreateModelPackage")[0]


def test_a_group_by_its_arn_is_not_asked_for(world: Pipelines) -> None:
    arn = "arn:aws:sagemaker:us-east-1:111122223333:model-package-group/theirs"
    world.create(definition(register("Register", ARTIFACT, arguments={"ModelPackageGroupName": arn})))
    world.run()
    assert asked(world, "CreateModelPackageGroup") == []


def test_without_a_group_the_package_is_named_after_execution_and_step(world: Pipelines) -> None:
    world.create(definition(without_group()))
    execution, steps = world.run()
    assert execution["PipelineExecutionStatus"] == "Succeeded", steps
    (request,) = asked(world, "CreateModelPackage")
    execution_id = execution["PipelineExecutionArn"].rpartition("/")[2]
    assert request["ModelPackageName"].startswith(f"pipelines-{execution_id}-Register-")
    assert request["Tags"][0]["Value"] == execution["PipelineExecutionArn"]
    assert steps["Register"]["Metadata"]["RegisterModel"]["Arn"].endswith(
        f":model-package/{request['ModelPackageName']}"
    )
    assert asked(world, "CreateModelPackageGroup") == []


@pytest.mark.parametrize(
    ("step", "operation"),
    [
        (processing("A"), "CreateProcessingJob"),
        (training("A"), "CreateTrainingJob"),
        (transform("A", "model"), "CreateTransformJob"),
        (model("A", ARTIFACT), "CreateModel"),
    ],
)
def test_whatever_a_step_makes_carries_the_executions_tag(world: Pipelines, step: Document, operation: str) -> None:
    world.create(definition(step))
    execution, _ = world.run()
    (request,) = asked(world, operation)
    assert {"Key": "sagemaker:pipeline-execution-arn", "Value": execution["PipelineExecutionArn"]} in request["Tags"]


def test_the_group_is_asked_for_once_an_execution_with_a_gate(world: Pipelines) -> None:
    world.create(gated())
    world.run()
    assert len(asked(world, "CreateModelPackageGroup")) == 1
