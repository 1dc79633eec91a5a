"""A step's Arguments against the API shape of the request they become: checked at creation, typed when the step runs.

AWS checks them at CreatePipeline too ("Unable to parse pipeline definition. Unknown Argument member ...",
https://github.com/aws/sagemaker-python-sdk/issues/4994), as far as no expression hides the value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from botocore.model import ListShape, MapShape, Shape, StructureShape

from sandbox import validation
from sandbox.errors import ValidationError
from sandbox.sagemaker.pipelines.language.references import Reference, is_expression

TypeOf = Callable[[Reference], str | None]
"""The declared type of what a reference stands for; None where nothing declares one."""

_INTEGERS, _FLOATS = ("integer", "long"), ("float", "double")
_TAKES: Mapping[str, tuple[str, ...]] = {
    "string": ("String",),
    "boolean": ("Boolean",),
    **dict.fromkeys(_INTEGERS, ("Integer",)),
    **dict.fromkeys(_FLOATS, ("Float", "Integer")),
}


def faults(value: object, shape: Shape, type_of: TypeOf, path: str) -> Iterator[str]:
    """What the service would refuse, in the value as written."""
    if is_expression(value):
        yield from _expression_faults(value, shape, type_of, path)
    elif isinstance(shape, StructureShape) and isinstance(value, dict):
        yield from _structure_faults(value, shape, type_of, path)
    elif isinstance(shape, ListShape) and isinstance(value, list):
        for position, item in enumerate(value):
            yield from faults(item, shape.member, type_of, f"{path}[{position}]")
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        for key, item in value.items():
            yield from faults(item, shape.value, type_of, f"{path}.{key}")
    elif value is not None:
        try:
            validation.check(value, shape)  # type: ignore[arg-type]
        except ValidationError as error:
            yield f"{path}: {error.message}"


def _structure_faults(value: dict[str, object], shape: StructureShape, type_of: TypeOf, path: str) -> Iterator[str]:
    for name, item in value.items():
        if name in shape.members:
            yield from faults(item, shape.members[name], type_of, f"{path}.{name}")
        else:
            yield f"Unknown Argument member '{name}' at {path}"
    yield from (f"Missing required member '{name}' at {path}" for name in shape.required_members if name not in value)


def _expression_faults(value: object, shape: Shape, type_of: TypeOf, path: str) -> Iterator[str]:
    taken = _TAKES.get(shape.type_name)
    if taken is None:
        yield f"{path}: an expression cannot stand for a whole {shape.type_name}"
    elif isinstance(value, dict) and "Get" in value:
        reference = Reference.parse(value["Get"])
        declared = type_of(reference)
        if declared is not None and declared not in taken:
            wanted = " or ".join(taken)
            yield f"{path}: Cannot assign property reference [{reference}] to argument of type [{wanted}]"


def typed(value: object, shape: Shape | None) -> object:
    """The resolved value with its numbers as the shape wants them: an expression may have given "2" or 2.0 for 2."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {name: typed(item, shape.members.get(name)) for name, item in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [typed(item, shape.member) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: typed(item, shape.value) for key, item in value.items()}
    if shape is None or isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    return _number(value, shape.type_name)


def _number(value: str | float, kind: str) -> object:
    try:
        if kind in _INTEGERS and int(value) == float(value):
            return int(value)
        if kind in _FLOATS:
            return float(value)
    except ValueError:
        pass  # left as it is, for the operation to refuse in its own words
    return value
