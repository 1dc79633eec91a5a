"""The expressions of a pipeline definition, evaluated: `Get`, `Std:Join`, `Std:JsonGet`. Pure: a Scope answers what they ask.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.sagemaker.pipelines.language import paths
from sandbox.sagemaker.pipelines.language.references import (
    FUNCTIONS,
    ExpressionError,
    Reference,
    is_expression,
    property_file_of,
)

Scalar = str | int | float | bool


def _out_of_sight(*names: str) -> object:
    raise ExpressionError(f"{' '.join(names)}: no step's results can be used here")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What the expressions of one step can see."""

    parameters: Mapping[str, Scalar]
    execution: Mapping[str, str]
    properties: Callable[[str], object] = _out_of_sight
    """step name -> the Describe response of what it made"""
    property_file: Callable[[str, str], object] = _out_of_sight
    """step name, property file name -> the parsed file"""
    json_object: Callable[[str], object] = _out_of_sight
    """S3 URI -> the parsed object"""


def resolve(value: object, scope: Scope) -> object:
    """The value with every expression in it replaced by what it stands for."""
    if isinstance(value, list):
        return [resolve(item, scope) for item in value]
    if not isinstance(value, dict):
        return value
    if not is_expression(value):
        return {key: resolve(item, scope) for key, item in value.items()}
    ((function, argument),) = value.items()
    if function == "Get":
        return _get(Reference.parse(argument), scope)
    if not isinstance(argument, dict):
        raise ExpressionError(f"{function} takes an object")
    if function == "Std:Join":
        return _join(argument, scope)
    if function == "Std:JsonGet":
        return _json_get(argument, scope)
    raise ExpressionError(f"{function} is not a function; they are: {', '.join(FUNCTIONS)}")


def _get(reference: Reference, scope: Scope) -> object:
    known: Mapping[str, object] = scope.parameters if reference.root == "Parameters" else scope.execution
    if reference.root == "Steps":
        try:
            return paths.find(scope.properties(reference.name), reference.path)
        except paths.PathError as error:
            raise ExpressionError(f"{reference}: {error}") from error
    if reference.name not in known:
        raise ExpressionError(f"{reference} has no value here; there are: {', '.join(sorted(known))}")
    return known[reference.name]


def _join(argument: Mapping[str, object], scope: Scope) -> str:
    values = argument.get("Values")
    if not isinstance(values, list):
        raise ExpressionError("Std:Join needs a list of Values")
    return str(argument.get("On", "")).join(text(resolve(value, scope)) for value in values)


def text(value: object) -> str:
    """A scalar as Std:Join writes it; booleans and numbers as JSON does."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    raise ExpressionError(f"Std:Join joins strings, numbers and booleans, not {json.dumps(value)[:80]}")


def _json_get(argument: Mapping[str, object], scope: Scope) -> object:
    path = argument.get("Path")
    if not isinstance(path, str):
        raise ExpressionError("Std:JsonGet needs a Path")
    if "S3Uri" in argument:
        where = text(resolve(argument["S3Uri"], scope))
        content = scope.json_object(where)
    else:
        step, name = property_file_of(argument)
        where, content = f"property file '{name}' of step '{step}'", scope.property_file(step, name)
    try:
        found = paths.find(content, path)
    except paths.PathError as error:
        raise ExpressionError(f"Std:JsonGet '{path}' in {where}: {error}") from error
    if isinstance(found, dict | list) or found is None:
        raise ExpressionError(f"Std:JsonGet '{path}' in {where}: a string, number or boolean is needed there")
    return found
