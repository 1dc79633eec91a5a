"""Time put forward by the sandbox's own control, and the schedules that fired because of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sandbox import advancing
from sandbox.demo.failure import DemoFailure
from sandbox.process import SandboxError
from sandbox.settings import SandboxSettings

Reading = advancing.Reading


def advance(settings: SandboxSettings, by: timedelta) -> Reading:
    """Returns when what fell due was delivered; what follows from it comes later."""
    try:
        return advancing.advance(settings, by.total_seconds())
    except SandboxError as error:
        raise DemoFailure("the clock", str(error), log=settings.log) from error


def told(reading: Reading) -> Iterator[str]:
    """A line for each schedule that fired."""
    width = max((len(fired.name) for fired in reading.fired), default=0)
    for fired in reading.fired:
        due = datetime.fromisoformat(fired.scheduled)
        beside = f", {fired.passed_over} earlier times passed over" if fired.passed_over else ""
        yield f"{fired.name:<{width}}  due {due:%a %d %b %H:%M}  {fired.outcome}{beside}"
