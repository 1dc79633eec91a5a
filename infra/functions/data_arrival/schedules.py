"""The one-time schedules that carry the notes of the windows."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ..runs.aws import Scheduler, unless
from ..runs.one_time import OneTime
from .arrivals import Noted, fired
from .settings import Settings
from .window import Window


@dataclass(frozen=True)
class Schedules:
    """`function` is the ARN under which this function was called."""

    scheduler: Scheduler
    settings: Settings
    function: str

    def create(self, window: Window, noted: Noted) -> bool:
        """False where the window has a schedule already."""
        request = self._request(window, noted)
        return unless("ConflictException", lambda: self.scheduler.create_schedule(**request)) is not None

    def update(self, window: Window, noted: Noted) -> bool:
        """False where the schedule is gone."""
        request = self._request(window, noted)
        return unless("ResourceNotFoundException", lambda: self.scheduler.update_schedule(**request)) is not None

    def read(self, window: Window) -> Noted | None:
        named = self._one_time.named(window.start)
        found = unless("ResourceNotFoundException", lambda: self.scheduler.get_schedule(**named))
        return fired(json.loads(found["Target"]["Input"]))[1] if found else None

    def _request(self, window: Window, noted: Noted) -> dict[str, object]:
        return self._one_time.request(window.start, fires=window.fires, told=noted.to_json(window.start))

    @property
    def _one_time(self) -> OneTime:
        where = self.settings
        return OneTime(where.schedule, where.group, where.role, where.undelivered, self.function)
