"""What a single setting may be: rules that say in words what is wrong with a value, or nothing."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

# EventBridge Scheduler's cron has six fields; a day is given by the month or by the week, and the other field is `?`.
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
_CRON_FIELDS = (
    r"[0-9,*/-]+",
    r"[0-9,*/-]+",
    r"[0-9,*/?LW-]+",
    r"[0-9A-Z,*/-]+",
    r"[0-9A-Z,*/?L#-]+",
    r"[0-9,*/-]+",
)
_DAY_OF_MONTH, _DAY_OF_WEEK = 2, 4


class Rule(Protocol):
    """Anything that a value can be held against."""

    def complaint(self, value: object) -> str | None: ...


@dataclass(frozen=True)
class Text:
    """A string that matches a pattern, which `words` describes; a setting that may be left out is an empty string."""

    pattern: str
    words: str
    optional: bool = False

    def complaint(self, value: object) -> str | None:
        if isinstance(value, str) and ((self.optional and not value) or re.fullmatch(self.pattern, value)):
            return None
        return f"must be {self.words}{', or empty' if self.optional else ''}, not {value!r}"


@dataclass(frozen=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]

    def complaint(self, value: object) -> str | None:
        if value in self.words:
            return None
        return f"must be one of {', '.join(self.words)}, not {value!r}{suggestion(value, self.words)}"


@dataclass(frozen=True)
class WholeNumber:
    """A number within limits. `true` is no number, whatever Python thinks."""

    least: int
    most: int

    def complaint(self, value: object) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most:
            return None
        return f"must be a whole number from {self.least} to {self.most}, not {value!r}"


class Switch:
    """On or off."""

    def complaint(self, value: object) -> str | None:
        return None if isinstance(value, bool) else f"must be true or false, not {value!r}"


@dataclass(frozen=True)
class Identifiers:
    """A list of ids of one kind, which may be empty."""

    pattern: str
    words: str

    def complaint(self, value: object) -> str | None:
        if isinstance(value, list) and all(isinstance(one, str) and re.fullmatch(self.pattern, one) for one in value):
            return None
        return f"must be a list of {self.words}, not {value!r}"


class Cron:
    """What stands between the brackets of Scheduler's cron(...)."""

    def complaint(self, value: object) -> str | None:
        fields = value.split() if isinstance(value, str) else []
        right = len(fields) == len(_CRON_FIELDS) and all(
            re.fullmatch(form, field) for form, field in zip(_CRON_FIELDS, fields, strict=True)
        )
        if right and (fields[_DAY_OF_MONTH] == "?") != (fields[_DAY_OF_WEEK] == "?"):
            return None
        return (
            "must be six fields (minutes, hours, day of month, month, day of week, year) with ? for one of the days, "
            f'such as "0 6 ? * MON *", not {value!r}'
        )


class TimeZone:
    """A name of the IANA database."""

    def complaint(self, value: object) -> str | None:
        if isinstance(value, str) and _is_time_zone(value):
            return None
        known = zoneinfo.available_timezones()
        return f'must be a time zone such as "Europe/Paris", not {value!r}{suggestion(value, known)}'


def _is_time_zone(value: str) -> bool:
    try:
        zoneinfo.ZoneInfo(value)
    except (KeyError, ValueError, OSError):  # no such name; a path out of the database; a folder of it
        return False
    return True


def suggestion(word: object, known: Collection[str]) -> str:
    nearest = difflib.get_close_matches(str(word), sorted(known), n=1, cutoff=0.5)
    return f' (did you mean "{nearest[0]}"?)' if nearest else ""
