"""Pipeline parameters: strings on the wire, typed by the definition.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-parameters.html
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sandbox.errors import ValidationError
from sandbox.sagemaker.pipelines.language.expressions import Scalar

TYPES: Mapping[str, tuple[type, ...]] = {"String": (str,), "Integer": (int,), "Float": (float, int), "Boolean": (bool,)}


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One declared parameter."""

    name: str
    type: str
    default: Scalar | None = None
    enum: tuple[str, ...] = ()


def fits(value: object, kind: str) -> bool:
    """Whether a JSON value is of a parameter type."""
    return isinstance(value, TYPES[kind]) and (kind == "Boolean" or not isinstance(value, bool))


def values(declared: Mapping[str, Parameter], given: Sequence[Mapping[str, str]]) -> dict[str, Scalar]:
    """What each parameter is in an execution. Raises ValidationError, naming all that is wrong with `given`."""
    faults: list[str] = []
    found: dict[str, Scalar] = {each.name: each.default for each in declared.values() if each.default is not None}
    names = [each["Name"] for each in given]
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.append(f"parameter '{name}' is given twice")
    for each in given:
        parameter = declared.get(each["Name"])
        if parameter is None:
            known = ", ".join(declared) or "none"
            faults.append(f"the pipeline has no parameter '{each['Name']}'; it has: {known}")
            continue
        try:
            found[parameter.name] = typed(parameter, each["Value"])
        except ValueError as error:
            faults.append(f"parameter '{parameter.name}': {error}")
    faults += [
        f"parameter '{name}' has no default: give it a value"
        for name in declared
        if name not in found.keys() | set(names)
    ]
    if faults:
        raise ValidationError("Invalid pipeline parameters: " + "; ".join(faults) + ".")
    return found


def typed(parameter: Parameter, text: str) -> Scalar:
    """The wire's string as the parameter's type. Raises ValueError."""
    if parameter.type == "Boolean":
        if text.lower() not in ("true", "false"):
            raise ValueError(f"'{text}' is not a Boolean (true or false)")
        return text.lower() == "true"
    if parameter.type == "Integer":
        try:
            return int(text)
        except ValueError:
            raise ValueError(f"'{text}' is not an Integer") from None
    if parameter.type == "Float":
        return _finite(text)
    if parameter.enum and text not in parameter.enum:
        raise ValueError(f"'{text}' is not one of: {', '.join(parameter.enum)}")
    return text


def _finite(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a Float") from None
    if not math.isfinite(number):
        raise ValueError(f"'{text}' is not a finite Float")
    return number
