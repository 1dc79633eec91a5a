"""A list in pages. A token names the last row given, not a position: rows created or deleted between two pages shift nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any

from sandbox.errors import ValidationError
from sandbox.store import Document

Order = Callable[[Document], Sequence[Any]]


def page(
    rows: Sequence[Document], *, order: Order, size: int, token: str | None, descending: bool = False
) -> tuple[list[Document], str | None]:
    """The rows after the token, and the token of the next page if there is one. `order` must be unique a row, and JSON."""
    ordered = sorted(rows, key=lambda row: list(order(row)), reverse=descending)
    if token:
        last = _decoded(token)
        ordered = [r for r in ordered if (list(order(r)) < last if descending else list(order(r)) > last)]
    chosen = ordered[:size]
    return chosen, _encoded(order(chosen[-1])) if len(ordered) > size else None


def _encoded(position: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(position)).encode()).decode().rstrip("=")


def _decoded(token: str) -> list[Any]:
    try:
        position = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except ValueError as error:
        raise ValidationError("Invalid NextToken: it was not given by this operation.") from error
    if not isinstance(position, list):
        raise ValidationError("Invalid NextToken: it was not given by this operation.")
    return position
