"""What SageMaker's List operations share: filters, order, pages.

The filters' names are the API's own (NameContains, CreationTimeAfter, StatusEquals, SortBy, SortOrder, MaxResults, NextToken).
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbox import pages
from sandbox.pages import Order
from sandbox.store import Document

DEFAULT_PAGE = (
    10  # "This value defaults to 10" (ListEndpoints, ListTransformJobs); the strictest for a client that forgets pages
)


def page(
    rows: Sequence[Document], request: Document, *, order: Order, descending: bool
) -> tuple[list[Document], Document]:
    """The rows of this page and {"NextToken": ...} if there are more. `order` must be unique a row, and JSON."""
    descending = request.get("SortOrder", "Descending" if descending else "Ascending") == "Descending"
    size, token = request.get("MaxResults", DEFAULT_PAGE), request.get("NextToken")
    chosen, more = pages.page(rows, order=order, size=size, token=token, descending=descending)
    return chosen, {"NextToken": more} if more else {}


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
