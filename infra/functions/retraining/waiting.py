"""Whoever waits, as the one-time schedules that will wake it."""

from __future__ import annotations

from dataclasses import dataclass

from ..runs.aws import Scheduler, unless
from ..runs.one_time import OneTime
from .due import Due
from .settings import Queue
from .turn import Turn


@dataclass(frozen=True)
class Waiting:
    """`function` is the ARN under which this function was called."""

    scheduler: Scheduler
    queue: Queue
    function: str

    def is_taken(self, turn: Turn) -> bool:
        named = self._one_time.named(turn.moment)
        return unless("ResourceNotFoundException", lambda: self.scheduler.get_schedule(**named)) is not None

    def take(self, turn: Turn, due: Due) -> bool:
        """False where one waits for this time already."""
        request = self._one_time.request(turn.moment, fires=turn.moment, told=due.to_json(waited_until=turn.moment))
        return unless("ConflictException", lambda: self.scheduler.create_schedule(**request)) is not None

    @property
    def _one_time(self) -> OneTime:
        queue = self.queue
        return OneTime(queue.schedule, queue.group, queue.role, queue.undelivered, self.function)
