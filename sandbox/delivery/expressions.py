"""A schedule expression as moments: at(), rate() and cron(), in a time zone.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.delivery import cron

_UNITS = {"minute": 60, "hour": 3600, "day": 86400}
_RATE = re.compile(r"rate\((\d{1,9}) (minute|hour|day)(s?)\)")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_CRON = re.compile(r"cron\((.+)\)")


class Recurrence(Protocol):
    """The moments of an expression, as epoch seconds."""

    def after(self, moment: float) -> float | None:
        """The first that is later, or None."""


@dataclass(frozen=True)
class Once:
    """at(): in a gap of daylight saving time, as much later as the clocks were moved."""

    at: float

    def after(self, moment: float) -> float | None:
        return self.at if self.at > moment else None


@dataclass(frozen=True)
class Every:
    """rate(): a day is 24 hours, whatever the clocks do."""

    first: float
    seconds: int

    def after(self, moment: float) -> float:
        return self.first + self.seconds * max(0, math.floor((moment - self.first) / self.seconds) + 1)


@dataclass(frozen=True)
class Calendar:
    """cron(): a time that the clocks skip in spring is skipped, one that comes twice in autumn is taken once."""

    fields: cron.Cron
    zone: ZoneInfo

    def after(self, moment: float) -> float | None:
        local = datetime.fromtimestamp(moment, self.zone).replace(tzinfo=None)
        while (found := self.fields.after(local)) is not None:
            seconds = found.replace(tzinfo=self.zone).timestamp()
            exists = datetime.fromtimestamp(seconds, self.zone).replace(tzinfo=None) == found
            if exists and seconds > moment:
                return seconds
            local = found
        return None


def zone_of(name: str) -> ZoneInfo:
    """Raises ValueError for one that does not exist."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {name}") from error


def recurrence(expression: str, zone: str, *, first: float) -> Recurrence:
    """`first` is the first moment of a rate. Raises ValueError with a reason."""
    if found := _RATE.fullmatch(expression):
        return _every(int(found[1]), found[2], plural=bool(found[3]), first=first)
    if found := _AT.fullmatch(expression):
        return Once(datetime.fromisoformat(found[1]).replace(tzinfo=zone_of(zone)).timestamp())
    if found := _CRON.fullmatch(expression):
        return Calendar(cron.parse(found[1]), zone_of(zone))
    raise ValueError("it is none of at(yyyy-mm-ddThh:mm:ss), rate(value unit), cron(fields)")


def interval(expression: str) -> timedelta | None:
    """Of a rate."""
    found = _RATE.fullmatch(expression)
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]]) if found else None


def _every(value: int, unit: str, *, plural: bool, first: float) -> Every:
    if value == 0 or (value == 1) == plural:
        raise ValueError(f"{value} {unit}{'s' if plural else ''}: a rate is 1 {unit}, or some {unit}s")
    return Every(first, value * _UNITS[unit])
