"""A response held against the service model's output shape."""

from __future__ import annotations

from typing import Any


def conform(response: object, shape: Any, path: str = "response") -> None:
    """The response is of the service model's output shape: members, types, enums."""
    kind = shape.type_name if shape is not None else "structure"
    expected: dict[str, type | tuple[type, ...]] = {
        "structure": dict,
        "map": dict,
        "list": list,
        "string": str,
        "boolean": bool,
        "integer": int,
        "long": int,
        "timestamp": (int, float),
        "float": (int, float),
        "double": (int, float),
    }
    assert isinstance(response, expected[kind]), f"{path} is {response!r}, not a {kind}"
    if isinstance(response, dict) and kind == "structure":
        for name, value in response.items():
            assert name in shape.members, f"{path} has no member {name}"
            conform(value, shape.members[name], f"{path}.{name}")
    elif isinstance(response, list):
        for item in response:
            conform(item, shape.member, f"{path}[]")
    elif kind == "string" and shape.enum:
        assert response in shape.enum, f"{path} is {response}, not one of {shape.enum}"
