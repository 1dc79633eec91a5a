"""A request held against botocore's service model, before it is obeyed.

botocore's own `ParamValidator` knows required members, types, unknown members and minima; it leaves out what the service
itself checks: enums, patterns and maxima. The walker here adds them, in the words AWS uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from botocore.validate import ParamValidator

from sandbox.errors import ValidationError

_LONGEST_SHOWN = 1000  # characters of a refused value
_LONGEST_LIST = 100_000  # members; the longest that a model knows has 25,000
_MOST_SHOWN = 20  # members at fault


def check(request: dict[str, Any], shape: Shape) -> None:
    """Raise ValidationError, naming every member at fault, unless the request has this shape."""
    _refuse_crowds(request)
    try:
        report = ParamValidator().validate(request, shape)
    except (RuntimeError, OverflowError) as error:  # a time that no clock shows
        raise ValidationError(f"Parameter validation failed: {error}") from error
    if report.has_errors():
        lines = [_cut(line) for line in report.generate_report().splitlines()]
        raise ValidationError(f"Parameter validation failed: {_first(lines, between=chr(10))}")
    faults = list(_faults(request, shape, ""))
    if faults:
        count = f"{len(faults)} validation error{'s' if len(faults) > 1 else ''} detected: "
        raise ValidationError(count + _first(faults, between="; "))


def _refuse_crowds(request: Any) -> None:
    """botocore would write a sentence about each member of a list, and nobody be answered meanwhile."""
    waiting = [request]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list) and len(each) > _LONGEST_LIST:
            raise ValidationError(
                f"A list of the request has {len(each)} members, and at most {_LONGEST_LIST} are taken."
            )
        if isinstance(each, dict | list):
            inner = each.values() if isinstance(each, dict) else each
            waiting.extend(one for one in inner if isinstance(one, dict | list))


def _faults(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        for name, member in value.items():
            if member is not None and name in shape.members:
                yield from _faults(member, shape.members[name], _join(path, name))
    elif isinstance(shape, ListShape):
        yield from _length_faults(value, shape, path)
        if _is_scalar(shape.member):
            yield from _members_faults(value, value, shape.member, ("Member", path))
            return
        for position, item in enumerate(value, start=1):
            yield from _faults(item, shape.member, f"{path}.{position}.member")
    elif isinstance(shape, MapShape):
        yield from _length_faults(value, shape, path)
        yield from _members_faults(value, value.keys(), shape.key, ("Map keys", path))
        if _is_scalar(shape.value):
            yield from _members_faults(value, value.values(), shape.value, ("Map value", path))
            return
        for key, item in value.items():
            yield from _faults(item, shape.value, f"{path}.{key}.member")
    else:
        yield from (_fault(value, path, constraint) for constraint, holds in _constraints(value, shape) if not holds)


def _members_faults(whole: Any, members: Iterable[Any], shape: Shape, what: tuple[str, str]) -> Iterator[str]:
    """Of a list or a map of plain values AWS shows the whole, and every constraint of its members: "Value '{a=b}' at 'environment'
    failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, ...]".
    """
    noun, path = what
    if all(holds for each in members for _, holds in _constraints(each, shape)):
        return
    every = ", ".join(constraint for constraint, _ in _constraints(next(iter(members)), shape))
    yield _fault(_shown(whole), path, f"{noun} must satisfy constraint: [{every}]")


def _shown(value: Any) -> str:
    """As Java prints it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={item}" for key, item in value.items()) + "}"
    return f"[{', '.join(map(str, value))}]"


def _is_scalar(shape: Shape) -> bool:
    return not isinstance(shape, StructureShape | ListShape | MapShape)


def _constraints(value: Any, shape: Shape) -> Iterator[tuple[str, bool]]:
    """Each constraint of a plain value in AWS's words, and whether it holds."""
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if isinstance(shape, StringShape):
        if most is not None:
            yield f"Member must have length less than or equal to {most}", len(value) <= most
        if least is not None:
            yield f"Member must have length greater than or equal to {least}", len(value) >= least
        if shape.enum:
            yield f"Member must satisfy enum value set: [{', '.join(shape.enum)}]", value in shape.enum
        if pattern := shape.metadata.get("pattern"):
            fits = _compiled(pattern).fullmatch(value) is not None
            yield f"Member must satisfy regular expression pattern: {pattern}", fits
    elif shape.type_name in ("integer", "long", "float", "double"):
        if most is not None:
            yield f"Member must have value less than or equal to {most}", value <= most
        if least is not None:
            yield f"Member must have value greater than or equal to {least}", value >= least


def _join(path: str, name: str) -> str:
    member = name[:1].lower() + name[1:]  # AWS's messages begin members with a small letter
    return f"{path}.{member}" if path else member


# The model's patterns are Java's. Python's re lacks Unicode property classes; these supersets stand for them, inside a class.
# Separators are spaces of all kinds, and no tab or line break.
_SEPARATORS = r"\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_JAVA_CLASSES = {"L": r"\w", "N": r"\w", "Z": _SEPARATORS, "M": r"\S", "S": r"\S", "P": r"\S", "Alnum": "a-zA-Z0-9"}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    python = re.sub(r"\\p\{(\w+)\}", lambda found: _JAVA_CLASSES[found[1]], pattern)
    python = re.sub(r"\$\{\d+,\d+\}$", "$", python)  # two tag patterns end so; lengths are checked apart
    if "\\uD800" in python:  # UTF-16 surrogates, which a Python string does not have
        return re.compile(".*", re.DOTALL)
    return re.compile(python)


def _length_faults(value: Any, shape: Shape, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        yield _fault(value, path, f"Member must have length greater than or equal to {least}")
    if most is not None and len(value) > most:
        yield _fault(value, path, f"Member must have length less than or equal to {most}")


def _fault(value: Any, path: str, constraint: str) -> str:
    return f"Value '{_cut(value)}' at '{path}' failed to satisfy constraint: {constraint}"


def _first(faults: list[str], *, between: str) -> str:
    left_out = len(faults) - _MOST_SHOWN
    return between.join([*faults[:_MOST_SHOWN], *([f"and {left_out} more"] if left_out > 0 else [])])


def _cut(value: Any) -> str:
    """Never more of what was sent than a person would read."""
    text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
