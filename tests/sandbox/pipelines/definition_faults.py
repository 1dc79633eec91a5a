"""Definitions with a fault each, and what CreatePipeline says of it."""

from __future__ import annotations

from typing import Any

from tests.sandbox.pipelines.definitions import (
    Json,
    at_most,
    condition,
    definition,
    fail,
    gated,
    processing,
)

TYPES = "Processing, Training, Transform, Model, RegisterModel, Condition, Fail"


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
    (definition(step(Type="Lambda")), f"step type Lambda of step A is not in the sandbox; it has: {TYPES}"),
    (definition(step(Arguments=None)), "step 'A': Arguments are missing"),
    (definition(step(Argument={})), "step 'A': Unknown member 'Argument'"),
    (definition(step(DependsOn="B")), "step 'A': DependsOn is not a list"),
]
