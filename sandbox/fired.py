"""What fell due when the sandbox's clock was advanced: told by the clock, read by its command line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Fired:
    """A schedule or a rule that fell due, and what came of one delivery; `passed_over` earlier moments were not fired."""

    name: str
    scheduled: str
    target: str
    outcome: str
    passed_over: int = 0

    def __str__(self) -> str:
        beside = f" ({self.passed_over} earlier times passed over)" if self.passed_over else ""
        return f"{self.name}  {self.scheduled}  {self.target}  {self.outcome}{beside}"
