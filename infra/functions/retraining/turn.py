"""The times at which a due time that waits looks again: multiples of the wait, so that no two wait under different names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Turn:
    """In whole seconds since the epoch."""

    moment: int

    @property
    def expression(self) -> str:
        """As EventBridge Scheduler takes a one-time schedule: no time zone inside, seconds at the finest."""
        return f"at({self._utc:%Y-%m-%dT%H:%M:%S})"

    @property
    def suffix(self) -> str:
        return f"{self._utc:%Y%m%dT%H%M%SZ}"

    @property
    def _utc(self) -> datetime:
        return datetime.fromtimestamp(self.moment, UTC)


def turns(now: float, wait: int) -> tuple[Turn, Turn]:
    """The next time, for which another one may be waiting; and the one after it, a whole wait ahead at least."""
    following = (int(now // wait) + 1) * wait
    return Turn(following), Turn(following + wait)
