"""JSON paths into an event, in the subset that EventBridge documents."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.delivery import paths

EVENT = {"detail": {"instance-id": "i-1", "list": [{"a": 1}, {"a": 2}], "n": None}, "resources": ["r0", "r1"]}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", EVENT),
        ("$.detail.instance-id", "i-1"),
        ("$.resources[1]", "r1"),
        ("$.detail.list[0].a", 1),
        ("$.detail.list[*].a", [1, 2]),
        ("$.detail['n']", None),
    ],
)
def test_a_path_finds_its_place(path: str, found: Any) -> None:
    assert paths.found(EVENT, path) == found


@pytest.mark.parametrize("path", ["$.nothing", "$.resources[2]", "$.resources.a", "$.detail[0]", "$.detail[*]"])
def test_a_place_that_is_not_there_is_said_so(path: str) -> None:
    with pytest.raises(LookupError):
        paths.found(EVENT, path)


@pytest.mark.parametrize("path", ["detail", "$..a", "$.detail[?(@.a)]", "$.", "$[-1]"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        paths.found(EVENT, path)


@given(st.text(max_size=30))
def test_any_text_finds_something_or_is_refused(text: str) -> None:
    try:
        paths.found(EVENT, f"${text}")
    except (LookupError, ValueError):
        return
