"""What falls due by the sandbox's clock: approvals that run out, functions that do not answer."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable

from sandbox.clock import Clock

_LONGEST = 3600.0  # seconds: a machine that slept must not sleep on


class Deadlines:
    """One thread, which sleeps until the next is due; advancing the clock wakes it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._due: dict[str, tuple[float, Callable[[], None]]] = {}
        self._closed = False
        clock.watch(self._wake)
        threading.Thread(target=self._work, name="codepipeline deadlines", daemon=True).start()

    def set(self, key: str, at: float, then: Callable[[], None]) -> None:
        """Call `then` at `at` (of the clock), unless the key is cleared or set again before."""
        with self._changed:
            self._due[key] = at, then
            self._changed.notify_all()

    def add(self, key: str, at: float, then: Callable[[], None]) -> None:
        """As `set`, unless something is set for the key: a function may have answered before its call was over."""
        with self._changed:
            if key not in self._due:
                self.set(key, at, then)

    def clear(self, key: str) -> None:
        with self._changed:
            self._due.pop(key, None)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _work(self) -> None:
        while (then := self._next()) is not None:
            try:
                then()
            except sqlite3.ProgrammingError:  # the store is closed
                return
            except Exception:  # one that fails must not hold up the others
                logging.getLogger(__name__).exception("a deadline")

    def _next(self) -> Callable[[], None] | None:
        """Sleep until one is due; None when all is over."""
        with self._changed:
            while not self._closed:
                now = self._clock.now()
                key = min(self._due, key=lambda each: self._due[each][0], default=None)
                if key is not None and self._due[key][0] <= now:
                    return self._due.pop(key)[1]
                left = self._due[key][0] - now if key is not None else _LONGEST
                self._changed.wait(min(left, _LONGEST))
            return None
