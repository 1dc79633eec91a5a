"""A template's properties as an API request, by the API's own model.

CloudFormation spells properties with a capital letter whatever the API's members look like, and hands on text where the API wants
numbers and booleans. A property that the API does not have is refused by name, as CloudFormation does.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import Shape, StructureShape

from sandbox.errors import ValidationError
from sandbox.store import Document

Spelling = Callable[[str], str]  # an API member -> the property it is in a template


def capitalised(*, unlike: Mapping[str, str]) -> Spelling:
    """The spelling of an API whose members begin with a small letter; `unlike` are the exceptions."""
    return lambda member: unlike.get(member, member[:1].upper() + member[1:])


def same(member: str) -> str:
    """The spelling of an API whose members begin with a capital themselves."""
    return member


def request(properties: Document, shape: Shape | None, *, kind: str, spelling: Spelling) -> Document:
    """The properties of resource type `kind` as a request of this shape."""
    return dict(_cast(properties, shape, kind, spelling))


def _cast(value: Any, shape: Shape | None, path: str, spelling: Spelling) -> Any:
    if shape is None:
        return value
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return _structure(value, shape, path, spelling)
    if shape.type_name == "list" and isinstance(value, list):
        return [_cast(item, shape.member, f"{path}[{n}]", spelling) for n, item in enumerate(value)]  # type: ignore[attr-defined]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: _cast(item, shape.value, f"{path}.{key}", spelling) for key, item in value.items()}  # type: ignore[attr-defined]
    return _scalar(value, shape.type_name, path)


def _structure(value: Document, shape: StructureShape, path: str, spelling: Spelling) -> Document:
    known = {spelling(member): member for member in shape.members}
    for name in value:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            raise ValidationError(f"{path}: Encountered unsupported property {name}{hint}")
    return {
        known[name]: _cast(item, shape.members[known[name]], f"{path}.{name}", spelling) for name, item in value.items()
    }


def _scalar(value: Any, kind: str, path: str) -> Any:
    if kind in ("integer", "long", "float", "double") and isinstance(value, str):
        try:
            return int(value) if kind in ("integer", "long") else float(value)
        except ValueError as error:
            raise ValidationError(f"{path}: {value!r} is not a number.") from error
    if kind == "boolean" and isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if kind == "string" and isinstance(value, bool):
        return str(value).lower()
    if kind == "string" and isinstance(value, int | float):
        return str(value)
    return value
