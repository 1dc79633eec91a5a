"""Definitions that users have reported: refused by AWS and here, or taken by both, however deep."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.errors import ValidationError
from tests.sandbox.pipelines.definitions import (
    Json,
    at_most,
    condition,
    definition,
    fail,
    get,
    join,
    processing,
    training,
)
from tests.sandbox.pipelines.world import Pipelines

DEPTH = 30


def with_arguments(step: Json, **changes: Any) -> Json:
    return {**step, "Arguments": {**step["Arguments"], **changes}}


def of_container(*arguments: Any) -> Json:
    entrypoint = ["python3", "-c", "pass"]
    application = {"ImageUri": "image", "ContainerEntrypoint": entrypoint, "ContainerArguments": [*arguments]}
    return with_arguments(processing("P"), AppSpecification=application)


def parameter(name: str, kind: str, default: Any) -> Json:
    return {"Name": name, "Type": kind, "DefaultValue": default}


GROUPS = {"VpcConfig": {"SecurityGroupIds": get("Parameters.S"), "Subnets": ["subnet-0123456789abcdef0"]}}
BY_JOIN = {"Std:JsonGet": {"S3Uri": "s3://a/b", "Path": join("a", "b", on=".")}}
EQUALS = {"Type": "Equals", "LeftValue": 1, "RightValue": 1}

REFUSED: dict[str, tuple[Json, list[Json], str]] = {
    "an argument of 260 characters (ml6team/fondant#593)": (of_container("x" * 260), [], "less than or equal to 256"),
    "an Integer parameter as an argument (aws/sagemaker-python-sdk#2631)": (
        of_container(get("Parameters.N")),
        [parameter("N", "Integer", 1)],
        "Cannot assign property reference [Parameters.N] to argument of type [String]",
    ),
    "a whole list by a parameter (aws/sagemaker-python-sdk#2345)": (
        with_arguments(processing("P"), NetworkConfig=GROUPS),
        [parameter("S", "String", "sg-0123456789abcdef0")],
        "an expression cannot stand for a whole list",
    ),
    "Not with an Expression (aws/sagemaker-python-sdk#2746)": (
        condition("C", {"Type": "Not", "Expression": EQUALS}),
        [],
        "condition Not needs Condition",
    ),
    "JsonGet whose path is a join (aws/sagemaker-python-sdk#4418)": (
        condition("C", {**EQUALS, "LeftValue": BY_JOIN}),
        [],
        "Std:JsonGet needs a Path",
    ),
    "a name for the package (aws/sagemaker-python-sdk#3472)": (
        {"Name": "R", "Type": "RegisterModel", "Arguments": {"ModelPackageName": "a"}},
        [],
        "Unknown Argument member 'ModelPackageName'",
    ),
    "hyper-parameters that are no strings": (
        with_arguments(training("T"), HyperParameters={"rounds": 3}),
        [],
        "Arguments.HyperParameters.rounds",
    ),
    "a float as an integer's default": (
        processing("P"),
        [parameter("N", "Integer", 1.0)],
        "the default 1.0 is no Integer",
    ),
    "a name with a dot": ({**processing("P"), "Name": "a.b"}, [], "letters, digits, hyphens and underscores"),
}


@pytest.mark.parametrize(("step", "parameters", "told"), REFUSED.values(), ids=REFUSED)
def test_what_aws_refuses_is_refused_when_the_pipeline_is_made(
    world: Pipelines, step: Json, parameters: list[Json], told: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        world.create(definition(step, parameters=parameters))
    assert refused.value.message.startswith("Unable to parse pipeline definition. ")
    assert told in refused.value.message


def test_what_an_sdk_writes_beside_the_request_is_taken(world: Pipelines) -> None:
    tagged = with_arguments(
        processing("P"), Tags=[{"Key": "a", "Value": "b"}], ExperimentConfig={"ExperimentName": "e"}
    )
    waiting = {**processing("After"), "DependsOn": ["F"]}
    assert world.create(definition(tagged, fail("F"), waiting))


def nested(depth: int) -> Json:
    inner = [nested(depth - 1)] if depth else []
    return condition(f"DummyCond{depth}", at_most(3.0, 6.0), then=inner)


def test_conditions_one_within_the_other_all_run(world: Pipelines) -> None:
    """The form of the system test of a workflow tool (apache/airflow, example_sagemaker_pipeline)."""
    experiment = {"ExperimentName": get("Execution.PipelineName"), "TrialName": get("Execution.PipelineExecutionId")}
    world.create(definition(nested(DEPTH), PipelineExperimentConfig=experiment))
    first, second = world.start(), world.start()
    world.call("StopPipelineExecution", PipelineExecutionArn=first)
    assert world.end(second)["PipelineExecutionStatus"] == "Succeeded"
    assert len(world.steps(second)) == DEPTH + 1
    assert world.end(first)["PipelineExecutionStatus"] in ("Stopped", "Succeeded")
