"""Hyper-parameter values on their way from the request to the script: text, JSON, argument, variable."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sandbox.containers.filesystem import Json


def decode(hyperparameters: Mapping[str, str]) -> dict[str, Json]:
    """Each value is JSON if it can be read as such (the SDK encodes them), else the text itself."""
    return {name: _decoded(value) for name, value in hyperparameters.items()}


def _decoded(value: str) -> Json:
    try:
        decoded: Json = json.loads(value)
    except ValueError:
        return value
    return decoded


def as_argument(value: Json) -> str:
    if isinstance(value, dict):
        return ",".join(f"{name}={each}" for name, each in sorted(value.items()))
    return "" if value is None else str(value)


def as_variable(value: Json) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
