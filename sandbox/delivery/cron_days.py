"""The day fields of a cron expression, whose wildcards L, W and # depend on the month."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date

from sandbox.delivery.cron_numbers import number, numbers

_WEEKDAYS = {name: position for position, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
_SATURDAY = 6  # isoweekday
_WEEK = 7

OnDay = Callable[[date], bool]


def month_day(part: str) -> OnDay:
    """L: the last; 15W: the weekday nearest to the 15th, in the same month."""
    if part == "L":
        return lambda day: day.day == _length(day)
    if part == "LW":
        return lambda day: day.day == _nearest_weekday(day, _length(day))
    if part.endswith("W"):
        wanted = number(part[:-1], 1, 31, None)
        return lambda day: wanted <= _length(day) and day.day == _nearest_weekday(day, wanted)
    named = numbers(part, 1, 31)
    return lambda day: day.day in named


def week_day(part: str) -> OnDay:
    """L: Saturday; 6L: the month's last Friday; 3#2: its second Tuesday."""
    if part == "L":
        return lambda day: day.isoweekday() == _SATURDAY
    if part.endswith("L"):
        last = number(part[:-1], 1, _WEEK, _WEEKDAYS)
        return lambda day: _weekday(day) == last and day.day + _WEEK > _length(day)
    if "#" in part:
        name, _, which = part.partition("#")
        wanted, nth = number(name, 1, _WEEK, _WEEKDAYS), number(which, 1, 5, None)
        return lambda day: _weekday(day) == wanted and (day.day - 1) // _WEEK + 1 == nth
    named = numbers(part, 1, _WEEK, _WEEKDAYS)
    return lambda day: _weekday(day) in named


def _weekday(day: date) -> int:
    """1 is Sunday."""
    return day.isoweekday() % _WEEK + 1


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(month: date, wanted: int) -> int:
    day = month.replace(day=wanted)
    if day.isoweekday() == _SATURDAY:
        return wanted - 1 if wanted > 1 else wanted + 2
    if day.isoweekday() > _SATURDAY:
        return wanted + 1 if wanted < _length(month) else wanted - 2
    return wanted
