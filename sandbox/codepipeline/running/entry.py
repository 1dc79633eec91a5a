"""Who enters a stage, and who is superseded in front of it: a decision over states, pure of effects.

User guide, "How pipeline executions work": a stage takes one execution at a time; whoever waits is held in front of it; in
SUPERSEDED mode a more recent execution takes the place of one that waits, in QUEUED mode they enter in the order in which they
began, in PARALLEL mode nobody waits for anybody. Nobody enters while the transition is disabled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An execution in front of a stage. The mode is the one that the pipeline had when it began."""

    id: str
    number: int
    mode: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`superseded` maps each execution that gives way to the one that takes its place."""

    enter: tuple[str, ...]
    superseded: dict[str, str]


def entry(waiting: Sequence[Waiting], *, locked: bool, enabled: bool) -> Entry:
    parallel = [each for each in waiting if each.mode == "PARALLEL"]
    in_line = sorted((each for each in waiting if each.mode != "PARALLEL"), key=lambda each: each.number)
    superseded = {each.id: in_line[-1].id for each in in_line[:-1] if each.mode == "SUPERSEDED"}
    left = [each for each in in_line if each.id not in superseded]
    enter = [each.id for each in parallel] + [each.id for each in left[:1] if not locked]
    return Entry(enter=tuple(enter) if enabled else (), superseded=superseded)
