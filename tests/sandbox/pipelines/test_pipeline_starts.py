"""What StartPipelineExecution refuses, and what a repeated start does."""

from __future__ import annotations

import pytest

from sandbox.errors import ConflictError, NotInTheSandbox, ValidationError
from tests.sandbox.pipelines.definitions import Json, definition, fail, get
from tests.sandbox.pipelines.world import Pipelines

TOKEN = "t" * 32


def test_the_same_token_starts_one_execution_and_another_request_with_it_is_a_conflict(world: Pipelines) -> None:
    world.create(definition(fail("F")))
    first = world.start(ClientRequestToken=TOKEN)
    world.end(first)
    assert world.start(ClientRequestToken=TOKEN) == first
    assert len(world.call("ListPipelineExecutions", PipelineName="p")["PipelineExecutionSummaries"]) == 1
    with pytest.raises(ConflictError, match="used with another StartPipelineExecution request"):
        world.start(ClientRequestToken=TOKEN, PipelineExecutionDescription="other")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"Nope": "1"}, "the pipeline has no parameter 'Nope'; it has: Count, Share, Flag, Color, Name"),
        ({"Count": "1.5"}, "parameter 'Count': '1.5' is not an Integer"),
        ({"Share": "many"}, "parameter 'Share': 'many' is not a Float"),
        ({"Share": "nan"}, "parameter 'Share': 'nan' is not a finite Float"),
        ({"Flag": "1"}, r"parameter 'Flag': '1' is not a Boolean \(true or false\)"),
        ({"Color": "red"}, "parameter 'Color': 'red' is not one of: blue, green"),
        ({}, "parameter 'Name' has no default: give it a value"),
    ],
)
def test_parameters_that_do_not_fit_are_refused_at_the_start(
    world: Pipelines, given: dict[str, str], sentence: str
) -> None:
    parameters: list[Json] = [
        {"Name": "Count", "Type": "Integer", "DefaultValue": 1},
        {"Name": "Share", "Type": "Float", "DefaultValue": 0.5},
        {"Name": "Flag", "Type": "Boolean", "DefaultValue": True},
        {"Name": "Color", "Type": "String", "DefaultValue": "blue", "EnumValues": ["blue", "green"]},
        {"Name": "Name", "Type": "String"},
    ]
    world.create(definition(fail("F", get("Parameters.Name")), parameters=parameters))
    with pytest.raises(ValidationError, match=sentence):
        world.start(parameters=given)


def test_selective_execution_is_named_as_missing(world: Pipelines) -> None:
    world.create(definition(fail("F")))
    with pytest.raises(NotInTheSandbox, match="SelectiveExecutionConfig of sagemaker:StartPipelineExecution"):
        world.start(SelectiveExecutionConfig={"SelectedSteps": [{"StepName": "F"}]})
