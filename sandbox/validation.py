"""A request held against botocore's service model, before it is obeyed.

botocore's own `ParamValidator` knows required members, types, unknown members and minima; it leaves out what the service
itself checks: enums, patterns and maxima. The walker here adds them, in the words AWS uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from botocore.validate import ParamValidator

from sandbox.errors import ValidationError


def check(request: dict[str, Any], shape: Shape) -> None:
    """Raise ValidationError, naming every member at fault, unless the request has this shape."""
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        raise ValidationError(f"Parameter validation failed: {report.generate_report()}")
    faults = list(_faults(request, shape, ""))
    if faults:
        count = f"{len(faults)} validation error{'s' if len(faults) > 1 else ''} detected: "
        raise ValidationError(count + "; ".join(faults))


def _faults(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        for name, member in value.items():
            if member is not None and name in shape.members:
                yield from _faults(member, shape.members[name], _join(path, name))
    elif isinstance(shape, ListShape):
        yield from _length_faults(value, shape, path)
        for position, item in enumerate(value, start=1):
            yield from _faults(item, shape.member, f"{path}.{position}.member")
    elif isinstance(shape, MapShape):
        yield from _length_faults(value, shape, path)
        for key, item in value.items():
            yield from _faults(key, shape.key, f"{path}.key")
            yield from _faults(item, shape.value, f"{path}.{key}.member")
    elif isinstance(shape, StringShape):
        yield from _string_faults(value, shape, path)
    elif shape.type_name in ("integer", "long", "float", "double"):
        yield from _number_faults(value, shape, path)


def _join(path: str, name: str) -> str:
    member = name[:1].lower() + name[1:]  # AWS's messages begin members with a small letter
    return f"{path}.{member}" if path else member


def _string_faults(value: str, shape: StringShape, path: str) -> Iterator[str]:
    yield from _length_faults(value, shape, path)
    if shape.enum and value not in shape.enum:
        yield _fault(value, path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield _fault(value, path, f"Member must satisfy regular expression pattern: {pattern}")


# The model's patterns are Java's. Python's re lacks Unicode property classes; these supersets stand for them, inside a class.
_JAVA_CLASSES = {"L": r"\w", "N": r"\w", "Z": r"\s", "M": r"\S", "S": r"\S", "P": r"\S", "Alnum": "a-zA-Z0-9"}


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


def _number_faults(value: float, shape: Shape, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        yield _fault(value, path, f"Member must have value greater than or equal to {least}")
    if most is not None and value > most:
        yield _fault(value, path, f"Member must have value less than or equal to {most}")


def _fault(value: Any, path: str, constraint: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"
