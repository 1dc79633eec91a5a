"""The last few hundred attempts to deliver, for whoever asks what became of an event."""

from __future__ import annotations

from sandbox.delivery.delivery import Delivery, Outcome, instant
from sandbox.store import Document, Store

_KIND = "outcome"
_REMEMBERED, _SLACK = 500, 100


class Ledger:
    """In the same store as the deliveries, so that both change in one transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._entered = 0

    def enter(self, delivery: Delivery, outcome: Outcome, *, now: float) -> None:
        key = f"{now:020.6f} {delivery.id} {delivery.attempts}"
        entry = {
            "key": key,
            "time": instant(now),
            "source": delivery.source,
            "name": delivery.name,
            "target": outcome.target,
            "attempt": delivery.attempts,
            "status": outcome.status,
            "error": outcome.error,
        }
        self._store.put(_KIND, key, entry, parent=delivery.arn)
        self._entered += 1
        if self._entered % _SLACK == 0:
            for old in self._store.all(_KIND)[:-_REMEMBERED]:
                self._store.delete(_KIND, old["key"])

    def entries(self) -> list[Document]:
        """Oldest first."""
        return self._store.all(_KIND)
