"""Whether a build may go on: nobody stopped it, and its time is not up. Time is the sandbox's, so an advance counts."""

from __future__ import annotations

from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar, cast

from sandbox.clock import Clock

_LONGEST = 3600.0  # seconds until the next look; an advance of the clock wakes earlier

Signal = TypeVar("Signal")


class Interrupted(Exception):
    """The build ends here, with this status of the phase and of the build."""

    def __init__(self, status: str, *, code: str = "", message: str = "") -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True)
class _Wake:
    """Look again."""


class Inbox(Generic[Signal]):
    """What a build waits for, beside being woken."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self.put = watch.queue.put

    def get(self) -> Signal:
        """The next signal. Raises Interrupted."""
        while True:
            self._watch.check()
            try:
                found = self._watch.queue.get(timeout=self._watch.remaining)
            except Empty:
                continue
            if not isinstance(found, _Wake):
                return cast("Signal", found)


class Watch:
    """Of one build. `limit` begins a time; the build's own thread asks `check`, any other may `stop`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: float | None = None
        self._timed_out = Interrupted("TIMED_OUT")
        self._stopped: Interrupted | None = None
        self.queue: SimpleQueue[object] = SimpleQueue()

    def limit(self, seconds: float, timed_out: Interrupted) -> None:
        """From now on, this long."""
        self._until, self._timed_out = self._clock.now() + seconds, timed_out

    def unlimit(self) -> None:
        self._until = None

    @property
    def remaining(self) -> float:
        """Seconds to wait at most before the next `check`."""
        return _LONGEST if self._until is None else min(_LONGEST, max(0.0, self._until - self._clock.now()) + 0.001)

    def check(self) -> None:
        if self._stopped:
            raise self._stopped
        if self._until is not None and self._clock.now() >= self._until:
            raise self._timed_out

    def stop(self) -> None:
        """On request (API StopBuild)."""
        self._stopped = Interrupted("STOPPED")
        self.wake()

    def close(self) -> None:
        """The sandbox goes down."""
        message = "The sandbox stopped while the build was running. Start it again: aws codebuild retry-build"
        self._stopped = Interrupted("FAULT", code="INTERNAL_SERVICE_ERROR", message=message)
        self.wake()

    def wake(self) -> None:
        self.queue.put(_Wake())
