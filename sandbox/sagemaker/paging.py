"""What every List operation shares: filters, order, pages.

The filters' names are the API's own (NameContains, CreationTimeAfter, StatusEquals, SortBy, SortOrder, MaxResults, NextToken).
A page's token names the last row given, not a position: rows created or deleted between two pages shift nothing.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any

from sandbox.errors import ValidationError
from sandbox.store import Document

DEFAULT_PAGE = (
    10  # "This value defaults to 10" (ListEndpoints, ListTransformJobs); the strictest for a client that forgets pages
)


def page(
    rows: Sequence[Document], request: Document, *, order: Callable[[Document], Sequence[Any]], descending: bool
) -> tuple[list[Document], Document]:
    """The rows of this page and {"NextToken": ...} if there are more. `order` must be unique a row, and JSON."""
    descending = request.get("SortOrder", "Descending" if descending else "Ascending") == "Descending"
    ordered = sorted(rows, key=lambda row: list(order(row)), reverse=descending)
    if token := request.get("NextToken"):
        last = _decoded(token)
        ordered = [r for r in ordered if (list(order(r)) < last if descending else list(order(r)) > last)]
    size = request.get("MaxResults", DEFAULT_PAGE)
    chosen = ordered[:size]
    return chosen, {"NextToken": _encoded(order(chosen[-1]))} if len(ordered) > size else {}


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


def matching(rows: Sequence[Document], request: Document, *, name: str, status: str = "") -> list[Document]:
    """The rows that pass the request's name, time and status filters."""
    return [row for row in rows if _passes(row, request, row[name], row.get(status))]


def _passes(row: Document, request: Document, name: str, status: str | None) -> bool:
    if request.get("NameContains", "").lower() not in name.lower():
        return False
    if "StatusEquals" in request and request["StatusEquals"] != status:
        return False
    created: float = row["CreationTime"]
    modified: float = row.get("LastModifiedTime") or created
    earliest, latest = float("-inf"), float("inf")
    after = _first(request, ("CreationTimeAfter", "CreatedAfter"), earliest)
    before = _first(request, ("CreationTimeBefore", "CreatedBefore"), latest)
    if not after <= created <= before:
        return False
    modified_after = _first(request, ("LastModifiedTimeAfter",), earliest)
    return modified_after <= modified <= _first(request, ("LastModifiedTimeBefore",), latest)


def _first(request: Document, names: tuple[str, ...], default: float) -> float:
    return float(next((request[name] for name in names if name in request), default))
