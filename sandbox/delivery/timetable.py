"""Waits for the next due moment of all schedules and scheduled rules, and fires what an advance of the clock made due.

Each keeps to a timeline of its own: real time, and what the clock was advanced by since it was made or its timing last changed. So
a one-time schedule that a function (which sees real time) makes after an advance still waits its minutes, while the weekly one that
was there before falls due. What fell due while nobody looked (the sandbox was down, the laptop's lid was closed) fires once: the
latest moment alone.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import replace

from sandbox.clock import Clock
from sandbox.delivery.delivery import Outcome, instant
from sandbox.delivery.delivery_queue import DeliveryQueue
from sandbox.delivery.due_times import due, following
from sandbox.delivery.progress import Progress, ProgressOf
from sandbox.delivery.timed import Timed
from sandbox.fired import Fired

_LOG = logging.getLogger(__name__)
_GLANCE = 60.0  # seconds; real time may jump when a laptop's lid opens
_EACH = 10  # moments of one schedule that one advance fires, before it fires the last alone
_PATIENCE = 120.0  # seconds that an advance waits for one delivery


class Timetable:
    """`plan` tells what there is now; `remove` deletes a schedule (group, name) that is over."""

    def __init__(
        self,
        *,
        clock: Clock,
        queue: DeliveryQueue,
        progress: ProgressOf,
        plan: Callable[[], Sequence[Timed]],
        remove: Callable[[str, str], None],
    ) -> None:
        self._clock, self._queue, self._progress, self._plan, self._remove = clock, queue, progress, plan, remove
        self._lock = threading.RLock()  # held while something is fired; whoever wakes does not take it
        self._changed = threading.Event()
        self._closed = False

    def start(self) -> None:
        self._clock.watch(self.wake)
        threading.Thread(target=self._run, name="timetable", daemon=True).start()

    def close(self) -> None:
        self._closed = True
        self.wake()

    def wake(self) -> None:
        """Look again: something changed."""
        self._changed.set()

    def advance(self, seconds: float) -> list[Fired]:
        """Move the clock, and fire what fell due in the order of its time; returns when each was attempted once."""
        with self._lock:
            self._fire_latest()
            self._clock.advance(seconds)
            fallen_due = []
            for timed, progress in self._known():
                moments = self._due(timed, progress)
                passed_over = len(moments) - 1 if len(moments) > _EACH else 0
                fallen_due += [
                    (moment + progress.offset, moment, timed, progress, passed_over) for moment in moments[passed_over:]
                ]
            fired = []
            for _, moment, timed, progress, passed_over in sorted(fallen_due, key=lambda one: (one[0], one[2].arn)):
                promises = self._fire(timed, moment)
                if timed.deletes and following(timed, progress, moment) is None:
                    self._remove(*timed.deletes)  # at once: the function that it wakes may use its name again
                fired += self._told(timed, moment, promises, passed_over)
        self.wake()  # a schedule that is over now goes, and the next moment is another one
        return fired

    def _run(self) -> None:
        while not self._closed:
            self._changed.clear()
            try:
                with self._lock:
                    self._fire_latest()
                    pause = self._pause()
            except Exception:  # noqa: BLE001 (a store that fails, say: what is due stays due)
                _LOG.exception("The schedules could not be looked at")
                pause = _GLANCE
            self._changed.wait(pause)

    def _fire_latest(self) -> None:
        for timed, progress in self._known():
            moments = self._due(timed, progress)
            if moments:
                for promise in self._fire(timed, moments[-1]):
                    promise.add_done_callback(lambda _: self.wake())
            elif timed.deletes and self._is_over(timed, progress):
                self._remove(*timed.deletes)

    def _fire(self, timed: Timed, moment: float) -> list[Future[Outcome]]:
        with self._progress.transaction():
            self._progress.fired(timed.arn, moment)
            return self._queue.post(timed.deliveries(moment, self._clock.now()))

    def _told(self, timed: Timed, moment: float, promises: Sequence[Future[Outcome]], passed_over: int) -> list[Fired]:
        told = Fired(name=timed.name, scheduled=instant(moment), target="", outcome="", passed_over=passed_over)
        done, late = wait(promises, _PATIENCE)
        outcomes = [promise.result() for promise in promises if promise in done]
        tell = [replace(told, target=outcome.target, outcome=str(outcome)) for outcome in outcomes]
        return tell + [replace(told, outcome="still being attempted")] * len(late)

    def _known(self) -> list[tuple[Timed, Progress]]:
        plan = self._plan()
        self._progress.keep({timed.arn for timed in plan})
        now, offset = time.time(), self._clock.offset
        return [(timed, self._progress.of(timed.arn, timed.definition, now=now, offset=offset)) for timed in plan]

    def _due(self, timed: Timed, progress: Progress) -> Sequence[float]:
        return due(timed, progress, until=time.time() + self._clock.offset - progress.offset)

    def _is_over(self, timed: Timed, progress: Progress) -> bool:
        if not timed.enabled or self._queue.carries_for(timed.arn):
            return False
        return progress.has_fired and following(timed, progress, progress.last) is None

    def _pause(self) -> float:
        """Until the next moment is due; AWS's own precision is a minute."""
        shift, now = self._clock.offset, time.time()
        pauses = [_GLANCE]
        for timed, progress in self._known():
            moment = following(timed, progress, progress.last)
            if moment is not None:
                pauses.append(moment - (now + shift - progress.offset))
        return max(0.0, min(pauses))
