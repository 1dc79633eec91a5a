"""Each step's arguments against botocore's service model: what AWS would refuse at run time is refused here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.validate import ParamValidator

MODEL = botocore.session.get_session().get_service_model("sagemaker")
# Step type -> operation, and the name that SageMaker Pipelines adds by itself.
OPERATIONS = {
    "Processing": ("CreateProcessingJob", "ProcessingJobName"),
    "Training": ("CreateTrainingJob", "TrainingJobName"),
    "Transform": ("CreateTransformJob", "TransformJobName"),
    "Model": ("CreateModel", "ModelName"),
    "RegisterModel": ("CreateModelPackage", None),
}
# What a variable may turn into, the first that fits the shape.
PLAUSIBLE = ("s3://bucket/key", "a-name", "0" * 64, "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/p/execution/e")


def _request(step: dict[str, Any], parameters: dict[str, Any]) -> tuple[StructureShape, dict[str, Any]]:
    operation, name = OPERATIONS[step["Type"]]
    shape = MODEL.operation_model(operation).input_shape
    assert isinstance(shape, StructureShape)
    request = _resolved(step["Arguments"], shape, parameters)
    return shape, request | ({name: "pipelines-abc123-Step"} if name else {})


def _resolved(value: Any, shape: Shape, parameters: dict[str, Any]) -> Any:
    """The value with every pipeline variable replaced by what it may be at run time."""
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in {"Get", "Std:Join", "Std:JsonGet"}:
        known = parameters.get(str(value.get("Get", "")).removeprefix("Parameters."))
        return next(item for item in PLAUSIBLE if not list(_problems(item, shape, ""))) if known is None else known
    if isinstance(value, dict) and isinstance(shape, StructureShape):
        return {key: _resolved(item, shape.members.get(key, shape), parameters) for key, item in value.items()}
    if isinstance(value, dict) and isinstance(shape, MapShape):
        return {key: _resolved(item, shape.value, parameters) for key, item in value.items()}
    if isinstance(value, list) and isinstance(shape, ListShape):
        return [_resolved(item, shape.member, parameters) for item in value]
    return value


def _problems(value: Any, shape: Shape, where: str) -> Iterator[str]:
    """What botocore's validator leaves to the service: enumerations, patterns, lengths and ranges."""
    if isinstance(shape, StructureShape):
        for key, item in value.items():
            if key not in shape.members:
                yield f"{where}.{key}: unknown"
            else:
                yield from _problems(item, shape.members[key], f"{where}.{key}")
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from _problems(key, shape.key, f"{where}.{key}")
            yield from _problems(item, shape.value, f"{where}.{key}")
    elif isinstance(shape, ListShape):
        for number, item in enumerate(value):
            yield from _problems(item, shape.member, f"{where}[{number}]")
    yield from _broken_limits(value, shape, where)


def _broken_limits(value: Any, shape: Shape, where: str) -> Iterator[str]:
    if "enum" in shape.metadata and value not in shape.metadata["enum"]:
        yield f"{where}: {value!r} is none of {shape.type_name}'s values"
    if isinstance(value, str) and "pattern" in shape.metadata and not _pattern(shape).fullmatch(value):
        yield f"{where}: {value!r} does not match {shape.metadata['pattern']}"
    size = value if isinstance(value, int | float) else len(value)
    if not shape.metadata.get("min", size) <= size <= shape.metadata.get("max", size):
        yield f"{where}: {size} is out of range"


def _pattern(shape: Shape) -> re.Pattern[str]:
    """The service's patterns are Java's: classes by Unicode category, and a stray `${1,256}` in some."""
    pattern = shape.metadata["pattern"].replace(r"\p{L}", r"\w").replace(r"\p{N}", r"\d").replace(r"\p{Z}", r"\s")
    return re.compile(re.sub(r"\$\{\d+,\d+\}", "", pattern))


STEPS = ["Preprocess", "Train", "Evaluate", "RegisterModel", "CreateModel", "BatchTransform"]


@pytest.mark.parametrize("name", STEPS)
def test_a_steps_arguments_are_a_request_that_aws_takes(definition: dict[str, Any], name: str) -> None:
    behind_the_gate = definition["Steps"][-1]["Arguments"]["IfSteps"]
    steps = [*definition["Steps"], *behind_the_gate, *behind_the_gate[-1]["Arguments"]["IfSteps"]]
    parameters = {item["Name"]: item["DefaultValue"] for item in definition["Parameters"]}
    shape, request = _request(next(step for step in steps if step["Name"] == name), parameters)
    assert ParamValidator().validate(request, shape).generate_report() == ""
    assert list(_problems(request, shape, name)) == []


def test_the_check_sees_what_aws_would_refuse(definition: dict[str, Any]) -> None:
    parameters = {item["Name"]: item["DefaultValue"] for item in definition["Parameters"]}
    step = definition["Steps"][1]
    broken = step["Arguments"] | {"Surplus": 1, "RoleArn": "no role", "StoppingCondition": {"MaxRuntimeInSeconds": 0}}
    shape, request = _request({**step, "Arguments": broken}, parameters | {"ProcessingInstanceType": "ml.huge"})
    found = "\n".join(_problems(request, shape, "Preprocess"))
    for part in (".Surplus: unknown", "'no role' does not match", "0 is out of range", "'ml.huge' is none of"):
        assert part in found
