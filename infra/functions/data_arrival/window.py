"""The arithmetic of windows: which one a moment falls into, what its schedule is called, and when that fires."""

from __future__ import annotations

from dataclasses import dataclass

from ..runs.one_time import expression, suffix

# Uploads that never go quiet get a run every so many windows all the same.
MOST_WINDOWS = 12


@dataclass(frozen=True)
class Window:
    """A stretch of `length` seconds; both in whole seconds since the epoch."""

    start: int
    length: int

    @classmethod
    def at(cls, moment: float, length: int) -> Window:
        return cls(int(moment // length) * length, length)

    @property
    def next(self) -> Window:
        return Window(self.start + self.length, self.length)

    @property
    def fires(self) -> int:
        """A whole window after this one's end, so that whatever is fired has been quiet for a window."""
        return self.start + 2 * self.length

    @property
    def expression(self) -> str:
        return expression(self.fires)

    @property
    def suffix(self) -> str:
        return suffix(self.start)

    def may_be_written(self, moment: float) -> bool:
        """Not in the half window before the schedule fires: a write then could come too late, and be lost."""
        return moment < self.fires - self.length / 2
