"""Two contenders in turn, on the same machine in the same minutes, and what came of it."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Series:
    """One contender's wall times in seconds."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def paired(self, other: Series) -> str:
        """The ratio of the two, round by round."""
        ratios = [one / two for one, two in zip(self.seconds, other.seconds, strict=True)]
        return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"

    def cells(self) -> str:
        return f"{self.median:.3f} | {min(self.seconds):.3f} to {max(self.seconds):.3f}"


def interleaved(contenders: Mapping[str, Callable[[], None]], rounds: int) -> dict[str, Series]:
    """One round to warm up, then A B A B ...: a neighbour's load hits all alike."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, run in contenders.items():
            started = time.perf_counter()
            run()
            seconds = time.perf_counter() - started
            if number:
                taken[name].append(seconds)
            sys.stderr.write(f"{'round ' + str(number) if number else 'warm-up'}: {name} {seconds:.3f} s\n")
    return {name: Series(tuple(values)) for name, values in taken.items()}


def table(rows: Mapping[str, Series], unit: str = "wall, s") -> Sequence[str]:
    lines = [f"| what | median {unit} | min to max |", "| --- | --- | --- |"]
    return [*lines, *(f"| {name} | {series.cells()} |" for name, series in rows.items())]
