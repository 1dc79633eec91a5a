"""Everything here ends: one deadline for all, and a bound for each wait within it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

POLL = 5.0  # seconds between two looks: what is waited for takes minutes on AWS

Found = TypeVar("Found")


class SmokeFailure(Exception):
    """Where the check stopped, and what was said there."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {' '.join(reason.split()) or 'no reason was given'}")


@dataclass(frozen=True)
class Deadline:
    """So many seconds from its making."""

    seconds: float
    poll: float = POLL
    ends: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ends", time.monotonic() + self.seconds)

    def bound(self, seconds: float) -> float:
        """The seconds that a wait of at most so many still has; 0 when none are left."""
        return max(0.0, min(seconds, self.ends - time.monotonic()))

    def wait(self, what: str, look: Callable[[], Found | None], *, at_most: float) -> Found:
        """What `look` sees at last. Raises SmokeFailure when it does not within its bound, or within the whole."""
        waited = self.bound(at_most)
        until = time.monotonic() + waited
        while (found := look()) is None:
            if time.monotonic() >= until:
                raise SmokeFailure(what, f"did not come within {waited / 60:.0f} minutes")
            time.sleep(min(self.poll, max(0.0, until - time.monotonic())))
        return found
