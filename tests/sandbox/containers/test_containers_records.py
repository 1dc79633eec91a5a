"""Cutting and joining: every record once, in its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.containers.job import JobError
from sandbox.containers.records import Cut, join

LINES = st.lists(
    st.binary(min_size=1, max_size=30).filter(lambda line: b"\n" not in line and line.strip()), max_size=20
)


@given(lines=LINES, one=st.booleans(), largest=st.just(0) | st.integers(30, 100), ends=st.booleans())
def test_cutting_and_joining_keep_every_record_in_its_place(
    lines: list[bytes], largest: int, *, one: bool, ends: bool
) -> None:
    content = b"\n".join(lines) + (b"\n" if ends else b"")
    bodies = list(Cut(by_line=True, one_record=one, largest=largest).bodies(content))
    assert join(bodies, by_line=True).splitlines() == b"\n".join(lines).splitlines()
    assert join(bodies, by_line=True).count(b"\n") == len(lines)
    assert all(not largest or len(body) <= largest for body in bodies)
    assert not one or len(bodies) == len(lines)


def test_as_many_records_as_fit_go_into_one_request() -> None:
    assert list(Cut(by_line=True, one_record=False, largest=5).bodies(b"aa\nbb\ncc\n")) == [b"aa\nbb", b"cc"]


def test_a_record_that_does_not_fit_is_refused() -> None:
    with pytest.raises(JobError, match="Too much data for max payload size"):
        list(Cut(by_line=True, one_record=False, largest=5).bodies(b"aa\nbbbbbb"))
    with pytest.raises(JobError, match="Too much data for max payload size"):
        list(Cut(by_line=False, one_record=False, largest=5).bodies(b"aa\nbbb"))
