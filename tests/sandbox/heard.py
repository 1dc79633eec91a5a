"""A bus that remembers what it heard."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sandbox.events import Event

_PATIENCE = 10.0  # seconds; no test waits that long


class Heard:
    """An Emit. Services tell their events in order, so that whoever has heard the last has heard all."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._more = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._more:
            self._events.append(event)
            self._more.notify_all()

    def until(self, last: Callable[[Event], bool]) -> list[Event]:
        """All events so far, once one is there that satisfies `last`."""
        with self._more:
            found = self._more.wait_for(lambda: any(last(event) for event in self._events), _PATIENCE)
            assert found, self._events
            return list(self._events)
