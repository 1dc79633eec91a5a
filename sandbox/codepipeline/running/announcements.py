"""Events on their way to EventBridge: kept with the change of state that they tell of, sent after it, in order, and then forgotten.

What a kill leaves unsent is sent after the next start, so an event may come twice but is not lost.
"""

from __future__ import annotations

import logging
import sqlite3
import threading

from sandbox.codepipeline.running.records import number
from sandbox.events import Emit, Event
from sandbox.store import Document, Store

_KIND = "announcement"


class Announcer:
    """One thread a service, which sleeps until there is something to send."""

    def __init__(self, store: Store, emit: Emit) -> None:
        self._store, self._emit = store, emit
        self._news, self._closed = threading.Event(), False
        self._thread = threading.Thread(target=self._work, name="codepipeline events", daemon=True)
        self._thread.start()

    def keep(self, event: Event) -> None:
        """Inside the transaction that changes the state."""
        document: Document = {
            "source": event.source,
            "detail_type": event.detail_type,
            "detail": event.detail,
            "resources": [*event.resources],
        }
        place = number(self._store)
        self._store.put(_KIND, f"{place:012}", {"key": f"{place:012}", "event": document})

    def send(self) -> None:
        """Once it is committed; returns at once."""
        self._news.set()

    def close(self) -> None:
        self._closed = True
        self._news.set()
        self._thread.join(timeout=5.0)

    def _work(self) -> None:
        while not self._closed:
            self._news.wait()
            self._news.clear()
            try:
                for kept in self._store.all(_KIND):
                    self._send(Event(**kept["event"]))
                    self._store.delete(_KIND, kept["key"])
            except (
                sqlite3.ProgrammingError
            ):  # the store is closed: the process ends, and the rest waits for the next start
                return

    def _send(self, event: Event) -> None:
        try:
            self._emit(event)
        except Exception:  # an event that cannot be sent must not hold up the others
            logging.getLogger(__name__).exception("%s", event.detail_type)
