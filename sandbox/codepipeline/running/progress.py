"""What a stage does next, given what its actions came to: a decision over states, pure of effects.

Actions of one run order run side by side, and the next run order begins when all of them have succeeded (user guide, "Action
structure requirements", runOrder). After a failure or a stop nothing new begins; what runs is let finish.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """How a stage stands; the values of ended ones are the API's StageExecutionStatus."""

    STARTS = "Starts"
    WAITS = "Waits"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    STOPPED = "Stopped"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """`start` are the actions to start, with STARTS alone."""

    verdict: Verdict
    start: tuple[str, ...] = ()


def progress(steps: Sequence[Sequence[str]], states: Mapping[str, str], *, stopping: bool) -> Progress:
    """`states` has the ActionExecutionStatus of each action that was started in this attempt."""
    running = "InProgress" in states.values()
    if stopping:
        return Progress(verdict=Verdict.WAITS if running else Verdict.STOPPED)
    if any(state in ("Failed", "Abandoned") for state in states.values()):
        return Progress(verdict=Verdict.WAITS if running else Verdict.FAILED)
    for step in steps:
        fresh = tuple(name for name in step if name not in states)
        if fresh:
            return Progress(verdict=Verdict.STARTS, start=fresh)
        if any(states[name] != "Succeeded" for name in step):
            return Progress(verdict=Verdict.WAITS)
    return Progress(verdict=Verdict.SUCCEEDED)
