"""Pages give every row once, in order, whatever their size and whatever happens between two of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import ValidationError
from sandbox.sagemaker.paging import DEFAULT_PAGE, matching, page

ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1000)), unique_by=lambda row: row[1], max_size=60)


def order(row: dict[str, Any]) -> list[Any]:
    return [row["CreationTime"], row["Name"]]


def every_page(rows: list[dict[str, Any]], request: dict[str, Any]) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = []
    token: dict[str, Any] = {}
    for _ in range(len(rows) + 1):
        chosen, more = page(rows, {**request, **token}, order=order, descending=True)
        seen += chosen
        if not more:
            return seen
        token = {"NextToken": more["NextToken"]}
    raise AssertionError("the pages never end")


@given(rows=ROWS, size=st.integers(1, 20), direction=st.sampled_from(["Ascending", "Descending"]))
def test_pages_give_every_row_once_and_in_order(rows: list[tuple[int, int]], size: int, direction: str) -> None:
    documents = [{"CreationTime": time, "Name": f"{name:04}"} for time, name in rows]
    expected = sorted(documents, key=order, reverse=direction == "Descending")
    assert every_page(documents, {"MaxResults": size, "SortOrder": direction}) == expected


def test_a_row_deleted_between_two_pages_shifts_nothing() -> None:
    rows = [{"CreationTime": n, "Name": str(n)} for n in range(4)]
    first, more = page(rows, {"MaxResults": 2}, order=order, descending=False)
    rest, _ = page(rows[1:], {"MaxResults": 2, **more}, order=order, descending=False)
    assert [row["CreationTime"] for row in first + rest] == [0, 1, 2, 3]


def test_a_client_that_asks_for_no_size_gets_a_short_page() -> None:
    rows = [{"CreationTime": n, "Name": str(n)} for n in range(DEFAULT_PAGE + 1)]
    chosen, more = page(rows, {}, order=order, descending=False)
    assert len(chosen) == DEFAULT_PAGE
    assert more


@pytest.mark.parametrize("token", ["nonsense", "eyJhIjogMX0"])
def test_a_strange_token_is_refused(token: str) -> None:
    request = {"NextToken": token}
    with pytest.raises(ValidationError, match="Invalid NextToken"):
        page([{"CreationTime": 1, "Name": "a"}], request, order=order, descending=False)


def test_filters_hold_together() -> None:
    rows = [
        {"Name": "abalone-1", "CreationTime": 10.0, "Status": "Failed"},
        {"Name": "abalone-2", "CreationTime": 20.0, "Status": "Completed"},
        {"Name": "iris-1", "CreationTime": 20.0, "Status": "Completed"},
    ]
    request = {"NameContains": "ABALONE", "StatusEquals": "Completed", "CreationTimeAfter": 15.0}
    assert matching(rows, request, name="Name", status="Status") == [rows[1]]
