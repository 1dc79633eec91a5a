"""The sandbox's clock: real time, and what was added to it.

Advancing it lets schedules and timeouts fall due. The clients' own clocks do not move, so whatever compares times takes both from
here: what began at `clock.now()` has lasted `clock.now() - then` seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from sandbox.store import Store

_KIND, _KEY = "clock", "offset"


class Clock:
    """Safe from any thread; `advance` survives a restart."""

    def __init__(self, store: Store | None = None) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._watchers: list[Callable[[], None]] = []
        known = store.get(_KIND, _KEY) if store is not None else None
        self._offset = float(known["seconds"]) if known else 0.0

    def now(self) -> float:
        """Epoch seconds, with all that was advanced."""
        return time.time() + self._offset

    @property
    def offset(self) -> float:
        """Seconds advanced so far."""
        return self._offset

    def advance(self, seconds: float) -> None:
        """Move on, then wake whoever waits for a time."""
        if seconds < 0:
            raise ValueError("a clock does not go back")
        with self._lock:
            self._offset += seconds
            if self._store is not None:
                self._store.put(_KIND, _KEY, {"seconds": self._offset})
            watchers = list(self._watchers)
        for woken in watchers:
            woken()

    def watch(self, woken: Callable[[], None]) -> None:
        """Have `woken` called after each advance."""
        with self._lock:
            self._watchers.append(woken)
