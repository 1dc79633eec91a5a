"""What CreatePipeline and UpdatePipeline refuse of a definition: everything that is wrong with it, in one error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from sandbox.bounds import OutOfBounds, check_json
from sandbox.errors import ValidationError
from sandbox.sagemaker.pipelines.definition import form
from sandbox.sagemaker.pipelines.definition.arguments import faults as argument_faults
from sandbox.sagemaker.pipelines.definition.definition import Definition, Step, read
from sandbox.sagemaker.pipelines.definition.graph import faults as graph_faults
from sandbox.sagemaker.pipelines.steps import STEP_TYPES
from sandbox.service import service_model

_REFUSED = (
    "Unable to parse pipeline definition. "  # as AWS begins, https://github.com/aws/sagemaker-python-sdk/issues/4994
)


def check(text: str) -> Definition:
    """The definition. Raises ValidationError."""
    raw = _parsed(text)
    _refuse(form.faults(raw))
    definition = read(text)
    _refuse(graph_faults(definition))
    _refuse(_each(definition, _argument_faults))
    return definition


def _refuse(faults: Iterator[str]) -> None:
    found = list(dict.fromkeys(faults))
    if found:
        raise ValidationError(_REFUSED + "; ".join(found) + ".")


def _parsed(text: str) -> object:
    def constant(name: str) -> object:
        raise ValidationError(f"{_REFUSED}It is not JSON: {name} is not a number JSON knows.")

    try:
        check_json(text)
        return json.loads(text, parse_constant=constant)
    except json.JSONDecodeError as error:
        raise ValidationError(
            f"{_REFUSED}It is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    except OutOfBounds as error:
        raise ValidationError(f"{_REFUSED}{error}.") from error


def _each(definition: Definition, faults: Callable[[Definition, Step], Iterator[str]]) -> Iterator[str]:
    for step in definition.steps.values():
        yield from (f"step '{step.name}': {fault}" for fault in faults(definition, step))


def _argument_faults(definition: Definition, step: Step) -> Iterator[str]:
    kind = STEP_TYPES[step.type]
    if kind.name == "RegisterModel" and "ModelPackageName" in step.arguments:
        yield "Unknown Argument member 'ModelPackageName'"  # Pipelines chooses it (aws/sagemaker-python-sdk#3472)
    if kind.name == "Fail" and not isinstance(step.arguments.get("ErrorMessage", ""), str | dict):
        yield "ErrorMessage is a string or an expression"
    if not kind.operation:
        return
    shape = service_model("sagemaker").operation_model(kind.operation).input_shape
    if shape is None:
        return
    chosen = {kind.name_member: "chosen-by-the-execution"} if kind.name_member else {}
    yield from argument_faults(step.arguments | chosen, shape, definition.type_of, "Arguments")
