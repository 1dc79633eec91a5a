"""From the store's changes to the bus: on one thread, so that the order stays and no work waits for a rule to match."""

from __future__ import annotations

import logging
import queue
import threading

from sandbox.events import Emit
from sandbox.sagemaker.events.catalogue import KINDS, event_of
from sandbox.store import Document, Store

_LOG = logging.getLogger(__name__)
_LAST_WORDS = 5.0  # seconds that what is queued may take at the end
_Change = tuple[str, Document | None, Document | None]


class Announcements:
    """Tells the bus of every committed change. A kill loses what is queued: AWS's events are best effort, too."""

    def __init__(self, store: Store, emit: Emit) -> None:
        self._store, self._emit = store, emit
        self._waiting: queue.SimpleQueue[_Change | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="sagemaker events", daemon=True)
        self._thread.start()
        store.watch(KINDS, lambda *change: self._waiting.put(change))

    def _work(self) -> None:
        while (change := self._waiting.get()) is not None:
            try:
                event = event_of(self._store, *change)
                if event is not None:
                    self._emit(event)
            except Exception:  # noqa: BLE001 (the next event is told whatever became of this one)
                _LOG.exception("no event of the %s: %s", change[0], change[2] or change[1])

    def close(self) -> None:
        """Once nothing changes any more: tell what is left, then end."""
        self._waiting.put(None)
        self._thread.join(_LAST_WORDS)
