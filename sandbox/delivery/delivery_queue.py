"""The deliveries under way: kept on disk until made, attempted by a few threads, tried again when that may help."""

from __future__ import annotations

import heapq
import logging
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Protocol

from sandbox.clock import Clock
from sandbox.delivery.delivery import Delivery, Outcome, Source, Status
from sandbox.delivery.failures import Failure, failure_of, is_fault_of_ours
from sandbox.delivery.ledger import Ledger
from sandbox.delivery.retries import Exhausted, next_attempt
from sandbox.store import Store

_LOG = logging.getLogger(__name__)
_WAITING = "delivery"
_GRACE = 1.0  # seconds
_GLANCE = 60.0  # seconds; real time may jump when a laptop's lid opens


class Carrier(Protocol):
    """How one source's deliveries are made."""

    def deliver(self, delivery: Delivery) -> None:
        """One attempt; returns once the target has taken it, and raises whatever went wrong."""

    def send_to_dlq(self, delivery: Delivery, failure: Failure, exhausted: Exhausted | None) -> bool:
        """Write to the dead-letter queue; False when the target has none. Raises when it could not be written to."""


class DeliveryQueue:
    """Safe from any thread. What was posted before `start` waits for it."""

    def __init__(self, *, store: Store, clock: Clock, carriers: Mapping[Source, Carrier], threads: int = 4) -> None:
        self._store, self._clock, self._carriers = store, clock, carriers
        self._ledger = Ledger(store)
        self._changed = threading.Condition()
        self._queue: list[tuple[float, str, Delivery]] = []
        self._promises: dict[str, Future[Outcome]] = {}
        self._closed = False
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]
        clock.watch(self._wake)

    def start(self) -> None:
        """Take up what an earlier process left behind, and begin."""
        waiting = self._store.all(_WAITING)
        with self._changed:
            known = {identity for _, identity, _ in self._queue}
            for document in waiting:
                if document["id"] not in known:
                    self._push(Delivery.of(document))
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """What is under way gets a moment; what is not made stays on disk."""
        self._closed = True
        self._wake()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(_GRACE)

    def post(self, deliveries: Sequence[Delivery]) -> list[Future[Outcome]]:
        """On disk when it returns; each promise is kept when the first attempt has been made."""
        with self._store.transaction():
            for delivery in deliveries:
                self._store.put(_WAITING, delivery.id, delivery.document, parent=delivery.arn)
        with self._changed:
            for delivery in deliveries:
                self._promises[delivery.id] = Future()
                self._push(delivery)
            self._changed.notify_all()
            return [self._promises[delivery.id] for delivery in deliveries]

    def carries_for(self, arn: str) -> bool:
        """Whether a delivery of that rule or schedule is still under way."""
        return bool(self._store.all(_WAITING, parent=arn))

    def _push(self, delivery: Delivery) -> None:
        heapq.heappush(self._queue, (delivery.due, delivery.id, delivery))

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _work(self) -> None:
        while (delivery := self._next()) is not None:
            try:
                self._attempt(delivery)
            except Exception:  # noqa: BLE001 (a store that fails (disk full): the delivery stays on disk for the next start)
                _LOG.exception("%s %s: the outcome of a delivery could not be kept", delivery.source, delivery.name)

    def _next(self) -> Delivery | None:
        with self._changed:
            while not self._closed:
                pause = self._queue[0][0] - self._clock.now() if self._queue else _GLANCE
                if pause <= 0:
                    return heapq.heappop(self._queue)[2]
                self._changed.wait(min(pause, _GLANCE))
        return None

    def _attempt(self, delivery: Delivery) -> None:
        delivery = replace(delivery, attempts=delivery.attempts + 1)
        target = str(delivery.target.get("Arn", ""))
        try:
            self._carriers[delivery.source].deliver(delivery)
        except Exception as error:  # noqa: BLE001 (whatever it was: the delivery failed, and is accounted for)
            failure = failure_of(error)
            if is_fault_of_ours(failure):
                _LOG.exception("%s %s -> %s", delivery.source, delivery.name, target)
            outcome = self._failed(delivery, failure, target)
        else:
            outcome = Outcome(status=Status.DELIVERED, target=target)
        self._settle(delivery, outcome)

    def _failed(self, delivery: Delivery, failure: Failure, target: str) -> Outcome:
        error = f"{failure.code}: {failure.message}"
        verdict = next_attempt(delivery, failure, now=self._clock.now())
        if isinstance(verdict, float):
            again = replace(delivery, due=verdict)
            self._store.put(_WAITING, again.id, again.document, parent=again.arn)
            with self._changed:
                self._push(again)
                self._changed.notify()
            return Outcome(status=Status.RETRYING, target=target, error=error)
        try:
            in_dlq = self._carriers[delivery.source].send_to_dlq(delivery, failure, verdict)
        except Exception as unsent:  # noqa: BLE001 (the log and the outcome say it; AWS has a metric, InvocationsFailedToBeSentToDlq)
            why = failure_of(unsent)
            error, in_dlq = f"{error}; and the dead-letter queue could not be sent it: {why.code}: {why.message}", False
        status = Status.DEAD_LETTER if in_dlq else Status.DROPPED
        return Outcome(status=status, target=target, error=error)

    def _settle(self, delivery: Delivery, outcome: Outcome) -> None:
        if outcome.error:
            _LOG.warning("%s %s -> %s: %s", delivery.source, delivery.name, outcome.target, outcome)
        with self._store.transaction():
            if outcome.status is not Status.RETRYING:
                self._store.delete(_WAITING, delivery.id)
            self._ledger.enter(delivery, outcome, now=self._clock.now())
        promise = self._promises.pop(delivery.id, None)
        if promise is not None:
            promise.set_result(outcome)
