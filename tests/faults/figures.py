"""What a part of the soak has tried and how often that failed, and the page that keeps it."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import machine

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
_SHOWN = 20  # failures that are told in full


@dataclass
class Figures:
    """Of one part. A failure is told at once, and counted under what was tried."""

    part: str
    tried: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def count(self, what: str, number: int = 1) -> None:
        self.tried[what] += number

    def fail(self, what: str, reason: str) -> None:
        self.failed[what] += 1
        self.failures.append(f"{what}: {reason}")
        if len(self.failures) <= _SHOWN:
            tell(f"FAILED {what}: {reason}")

    @property
    def table(self) -> list[str]:
        rows = [f"| {what} | {number:,} | {self.failed[what]:,} |" for what, number in self.tried.items()]
        return ["| what | number | failures |", "| --- | --- | --- |", *rows]


def tell(line: str) -> None:
    """Progress, for whoever waits."""
    sys.stderr.write(f"{datetime.now(UTC):%H:%M:%S} {line}\n")
    sys.stderr.flush()


def write_down(figures: Figures, command: str) -> None:
    """Replace the part of docs/reliability.md that is between the markers of its name."""
    begin, end = f"<!-- {figures.part}: begin -->", f"<!-- {figures.part}: end -->"
    where = f"`{command}`, {datetime.now(UTC):%d %B %Y}, {machine().split(', load')[0]}."
    report = "\n".join([where, "", *figures.table])
    before, _, rest = PAGE.read_text().partition(begin)
    PAGE.write_text(f"{before}{begin}\n\n{report}\n\n{end}{rest.partition(end)[2]}")
