"""Definitions with a fault each, and what CreatePipeline says of it."""

from __future__ import annotations

from typing import Any

from tests.sandbox.pipelines.definitions import (
    Json,
    at_most,
    condition,
    definition,
    fail,
    function,
    gated,
    processing,
)

TYPES = "Processing, Training, Transform, Model, RegisterModel, Condition, Fail, Lambda"


def step(**members: Any) -> Json:
    """A processing step A with other members."""
    return {**processing("A"), **members}


def arguments(**members: Any) -> Json:
    """A processing step A with other Arguments."""
    changed = processing("A")
    changed["Arguments"] |= members
    return changed


COUNT = {"Name": "Count", "Type": "Integer", "DefaultValue": 1}

FORM_FAULTS: list[tuple[Any, str]] = [
    ([], "a definition is a JSON object"),
    ({**gated(), "Version": "2019-01-01"}, "Version is '2019-01-01', and must be '2020-12-01'"),
    (definition(), "a pipeline needs at least one step"),
    ({"Version": "2020-12-01", "Steps": {}}, "Steps is a list"),
    (definition("x"), "a step is an object with a Name"),  # type: ignore[arg-type]
    (definition(processing("A"), processing("A")), "step name 'A' is taken twice"),
    (
        definition(processing("A"), condition("C", at_most(1, 2), then=[fail("A")])),
        "step names must be unique within a pipeline",
    ),
    (definition(step(Name="a b")), "step 'a b': a step's name has 1 to 64 letters"),
    (definition(step(Type="Callback")), f"step type Callback of step A is not in the sandbox; it has: {TYPES}"),
    (definition({**function("L"), "FunctionArn": "look"}), "FunctionArn is the ARN of a Lambda function, not 'look'"),
    (definition({"Name": "L", "Type": "Lambda"}), "FunctionArn is the ARN of a Lambda function, not None"),
    (definition({**function("L"), "RetryPolicies": [{}]}), "a Lambda step has no RetryPolicies"),
    (
        definition(function("L", outputs={"Out": "Number"})),
        "OutputType 'Number' is not known; there are: String, Integer, Boolean, Float",
    ),
    (
        definition({**function("L"), "OutputParameters": [{"OutputName": "A"}]}),
        "one of the OutputParameters is not an object of OutputName and OutputType",
    ),
    (
        definition({**function("L"), "OutputParameters": 2 * [{"OutputName": "A", "OutputType": "String"}]}),
        "OutputParameters: 'A' is there twice",
    ),
    (
        definition(function("L", outputs={f"O{n}": "String" for n in range(51)})),
        "OutputParameters are 50 at most, not 51",
    ),
    (definition({**processing("A"), "FunctionArn": "x"}), "step 'A': Unknown member 'FunctionArn'"),
    (definition(step(Arguments=None)), "step 'A': Arguments are missing"),
    (definition(step(Argument={})), "step 'A': Unknown member 'Argument'"),
    (definition(step(DependsOn="B")), "step 'A': DependsOn is not a list"),
]
