"""Who enters a stage, and who gives way, for any executions that wait."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sandbox.codepipeline.running.entry import Waiting, entry

MODES = ("SUPERSEDED", "QUEUED", "PARALLEL")


@st.composite
def lines(draw: st.DrawFn, modes: tuple[str, ...] = MODES) -> list[Waiting]:
    numbers = draw(st.lists(st.integers(1, 100), unique=True, max_size=6))
    return [Waiting(id=f"e{number}", number=number, mode=draw(st.sampled_from(modes))) for number in numbers]


@given(lines(), st.booleans(), st.booleans())
def test_nobody_is_lost_and_nobody_both_enters_and_gives_way(line: list[Waiting], locked: bool, enabled: bool) -> None:
    now = entry(line, locked=locked, enabled=enabled)
    assert set(now.enter) | now.superseded.keys() <= {each.id for each in line}
    assert not set(now.enter) & now.superseded.keys()


@given(lines(), st.booleans())
def test_a_closed_way_lets_nobody_in(line: list[Waiting], locked: bool) -> None:
    assert entry(line, locked=locked, enabled=False).enter == ()


@given(lines(("SUPERSEDED", "QUEUED")))
def test_a_locked_stage_lets_nobody_in(line: list[Waiting]) -> None:
    assert entry(line, locked=True, enabled=True).enter == ()


@given(lines(("SUPERSEDED", "QUEUED")))
def test_a_stage_takes_one_at_a_time(line: list[Waiting]) -> None:
    assert len(entry(line, locked=False, enabled=True).enter) == min(len(line), 1)


@given(lines(("QUEUED",)))
def test_a_queue_is_in_the_order_of_the_starts_and_loses_nobody(line: list[Waiting]) -> None:
    now = entry(line, locked=False, enabled=True)
    assert now.superseded == {}
    assert now.enter == tuple(each.id for each in sorted(line, key=lambda each: each.number)[:1])


@given(lines(("SUPERSEDED",)), st.booleans(), st.booleans())
def test_only_the_most_recent_goes_on_waiting(line: list[Waiting], locked: bool, enabled: bool) -> None:
    now = entry(line, locked=locked, enabled=enabled)
    newest = max(line, key=lambda each: each.number).id if line else None
    assert now.superseded == {each.id: newest for each in line if each.id != newest}
    assert now.enter in ((), (newest,))


@given(lines(("PARALLEL",)), st.booleans())
def test_nobody_waits_for_anybody_in_parallel_mode(line: list[Waiting], locked: bool) -> None:
    assert set(entry(line, locked=locked, enabled=True).enter) == {each.id for each in line}
