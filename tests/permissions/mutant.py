"""The loop without one statement: does it stop, where, and is it said which permission is missing?"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.loop import APPROVER, Loop, Stopped
from tests.e2e.moments import MOMENTS
from tests.permissions.baseline import Baseline
from tests.permissions.deployed import Deployed
from tests.permissions.statements import Statement

_GLANCE = 0.5  # seconds between two looks at what was refused


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`moment` is the one in which the loop stopped; "" where it went on to the end."""

    moment: str = ""
    point: str = ""
    message: str = ""
    refused: tuple[str, ...] = ()
    """the holder's calls that were refused for want of the statement: `<action> on <resource>`"""
    principal: str = ""
    """who was refused them"""

    def missing(self, statement: Statement) -> list[str]:
        """The actions that somebody who looks at what stopped, or at the report on permissions, is told to be missing."""
        refused = {call.partition(" on ")[0] for call in self.refused}
        told = {action for action in statement.actions if action in self.message and self.principal in self.message}
        return sorted(refused | told)


@dataclass
class _Refusals:
    """Those of a statement since the mutation; looked up every so often."""

    deployed: Deployed
    statement: Statement
    before: Counter[str] = field(init=False)
    looked: float = 0.0
    known: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.before = self.deployed.refused(self.statement)

    def look(self) -> tuple[str, ...]:
        self.known = tuple(sorted(self.deployed.refused(self.statement) - self.before))
        return self.known

    def any(self) -> bool:
        if not self.known and time.monotonic() - self.looked > _GLANCE:
            self.looked = time.monotonic()
            self.look()
        return bool(self.known)


def live_without(statement: Statement, baseline: Baseline, moments: Sequence[str], folder: Path) -> Outcome:
    """From before each moment that uses the statement, until one stops."""
    refused: set[str] = set()
    for moment in moments:
        with baseline.at(moment, folder / "home") as project:
            deployed = Deployed(project)
            refusals = _Refusals(deployed, statement)
            deployed.take_out(statement)
            try:
                MOMENTS[moment](Loop(project, refusals.any))
            except Stopped as stopped:
                refused.update(refusals.look())
                return Outcome(
                    moment=moment,
                    point=stopped.point,
                    message=stopped.message,
                    refused=tuple(sorted(refused)),
                    principal=deployed.roles.get(statement.holder, f"user/{APPROVER}"),
                )
            refused.update(refusals.look())
    return Outcome(refused=tuple(sorted(refused)))
