"""The times at which a due time that waits looks again: multiples of the wait, so that no two wait under different names."""

from __future__ import annotations

from dataclasses import dataclass

from ..runs.one_time import expression


@dataclass(frozen=True)
class Turn:
    """In whole seconds since the epoch."""

    moment: int

    @property
    def expression(self) -> str:
        return expression(self.moment)


def turns(now: float, wait: int) -> tuple[Turn, Turn]:
    """The next time, for which another one may be waiting; and the one after it, a whole wait ahead at least."""
    following = (int(now // wait) + 1) * wait
    return Turn(following), Turn(following + wait)
