"""The conditions of a Condition step: checked when the pipeline is created, evaluated when the step runs.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html (Condition step)
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping

from sandbox.sagemaker.pipelines.language.expressions import Scope, resolve
from sandbox.sagemaker.pipelines.language.references import ExpressionError

_ORDERINGS: Mapping[str, Callable[[float | str, float | str], bool]] = {
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}
_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "Equals": ("LeftValue", "RightValue"),
    **dict.fromkeys(_ORDERINGS, ("LeftValue", "RightValue")),
    "In": ("QueryValue", "Values"),
    "Not": ("Condition",),
    "Or": ("Conditions",),
}


def faults(condition: object) -> Iterator[str]:
    """What is wrong with the condition's form."""
    if not isinstance(condition, dict):
        yield "a condition is an object with a Type"
        return
    kind = str(condition.get("Type"))
    if kind not in _MEMBERS:
        yield f"condition type '{kind}' is not known; there are: {', '.join(_MEMBERS)}"
        return
    for member in _MEMBERS[kind]:
        if member not in condition:
            yield f"condition {kind} needs {member}"
    if kind == "Not" and "Condition" in condition:
        yield from faults(condition["Condition"])
    listed = {"In": "Values", "Or": "Conditions"}.get(kind)
    if listed and not isinstance(condition.get(listed, []), list):
        yield f"condition {kind} needs a list of {listed}"
    elif kind == "Or":
        for inner in condition.get("Conditions", []):
            yield from faults(inner)


def holds(condition: Mapping[str, object], scope: Scope) -> bool:
    """Whether the (faultless) condition is true."""
    kind = condition["Type"]
    if kind == "Not":
        return not holds(_inner(condition["Condition"]), scope)
    if kind == "Or":
        return any(holds(_inner(each), scope) for each in _items(condition["Conditions"]))
    if kind == "In":
        query = resolve(condition["QueryValue"], scope)
        return any(_same(query, resolve(each, scope)) for each in _items(condition["Values"]))
    left, right = resolve(condition["LeftValue"], scope), resolve(condition["RightValue"], scope)
    return _same(left, right) if kind == "Equals" else _ordered(str(kind), left, right)


def _inner(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _same(left: object, right: object) -> bool:
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def _ordered(kind: str, left: object, right: object) -> bool:
    if _is_number(left) and _is_number(right):
        return _ORDERINGS[kind](left, right)  # type: ignore[arg-type]
    if isinstance(left, str) and isinstance(right, str):
        return _ORDERINGS[kind](left, right)
    raise ExpressionError(f"{kind} compares two numbers or two strings, not {left!r} with {right!r}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
