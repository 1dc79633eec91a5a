"""A template's properties as an API request: CloudFormation hands on text where the API wants numbers and booleans."""

from __future__ import annotations

from typing import Any

from sandbox.errors import ValidationError
from sandbox.service import service_model
from sandbox.store import Document


def typed(word: str, properties: Document) -> Document:
    """Template values are often strings; the API's shape says what they are to be."""
    shape = service_model("sagemaker").operation_model(f"Create{word}").input_shape
    return dict(_cast(properties, shape, word))


def _cast(value: Any, shape: Any, path: str) -> Any:
    if shape is None:
        return value
    if shape.type_name == "structure" and isinstance(value, dict):
        return {k: _cast(v, shape.members.get(k), f"{path}.{k}") for k, v in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [_cast(item, shape.member, path) for item in value]
    if isinstance(value, str) and shape.type_name in ("integer", "long", "float", "double"):
        try:
            return int(value) if shape.type_name in ("integer", "long") else float(value)
        except ValueError as error:
            raise ValidationError(f"Property {path}: {value!r} is not a number.") from error
    if isinstance(value, str) and shape.type_name == "boolean" and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return value
