"""A cron expression of AWS: six fields, Quartz's wildcards, and the minutes that they name.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from __future__ import annotations

import calendar
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sandbox.delivery.cron_days import OnDay, month_day, week_day
from sandbox.delivery.cron_numbers import numbers

_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_YEARS = (1970, 2199)
_FIELDS = 6


@dataclass(frozen=True)
class Cron:
    """The parsed fields; times are local, without a zone."""

    minutes: Sequence[int]
    hours: Sequence[int]
    months: frozenset[int]
    years: frozenset[int]
    on: Sequence[OnDay]

    def after(self, moment: datetime) -> datetime | None:
        """The first minute named that is later than `moment`."""
        start = (moment + timedelta(minutes=1)).replace(second=0, microsecond=0)
        for day in self._days(start.date()):
            earliest = start.time() if day == start.date() else time()
            if (found := self._time(earliest)) is not None:
                return datetime.combine(day, found)
        return None

    def _days(self, day: date) -> Iterator[date]:
        while day.year <= max(self.years):
            if day.year not in self.years:
                day = date(day.year + 1, 1, 1)
            elif day.month not in self.months:
                day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
            else:
                if any(named(day) for named in self.on):
                    yield day
                day += timedelta(days=1)

    def _time(self, earliest: time) -> time | None:
        for hour in self.hours[bisect_left(self.hours, earliest.hour) :]:
            first = earliest.minute if hour == earliest.hour else 0
            at = bisect_left(self.minutes, first)
            if at < len(self.minutes):
                return time(hour, self.minutes[at])
        return None


def parse(fields: str) -> Cron:
    """The part between the parentheses. Raises ValueError with a reason."""
    parts = fields.split()
    if len(parts) != _FIELDS:
        raise ValueError("a cron expression has six fields: minutes, hours, day of month, month, day of week, year")
    minutes, hours, month_days, months, week_days, years = (part.upper() for part in parts)
    if (month_days == "?") == (week_days == "?"):
        raise ValueError("exactly one of the day of month and the day of week is ?")
    days = (
        [month_day(part) for part in month_days.split(",")]
        if week_days == "?"
        else [week_day(part) for part in week_days.split(",")]
    )
    return Cron(
        sorted(numbers(minutes, 0, 59)),
        sorted(numbers(hours, 0, 23)),
        numbers(months, 1, 12, _MONTHS),
        numbers(years, *_YEARS),
        days,
    )
