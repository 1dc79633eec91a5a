"""Schedules: EventBridge takes any string at deploy time in the emulators, and refuses a bad one only in AWS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import available_timezones

from tests.verifiers.assembly import Assembly, Finding, Resource

CHECK = "schedule-expression"
RATE = re.compile(r"rate\((\d+) (minute|minutes|hour|hours|day|days)\)")
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html: minutes hours day-of-month month day-of-week year
FIELDS: tuple[tuple[str, int, int, list[str]], ...] = (
    ("minutes", 0, 59, []),
    ("hours", 0, 23, []),
    ("day of month", 1, 31, []),
    ("month", 1, 12, MONTHS),
    ("day of week", 1, 7, DAYS),
    ("year", 1970, 2199, []),
)


def expressions(assembly: Assembly) -> list[Finding]:
    """Each expression is a rate, a cron of six fields or one point in time, and each time zone exists."""
    found = []
    for resource in assembly.of("AWS::Scheduler::Schedule", "AWS::Events::Rule"):
        expression = resource.properties.get("ScheduleExpression")
        if expression is not None and (fault := fault_of(str(expression))):
            found.append(resource.found(CHECK, f"{expression}: {fault}"))
        zone = resource.properties.get("ScheduleExpressionTimezone")
        if zone is not None and zone not in available_timezones():
            found.append(resource.found("schedule-time-zone", f"no such time zone: {zone}"))
    return found


def fault_of(expression: str) -> str:
    """Why EventBridge would refuse the expression; nothing if it would not."""
    if match := RATE.fullmatch(expression):
        count, unit = int(match[1]), match[2]
        return "" if count and (count == 1) != unit.endswith("s") else "a rate is `1 day` or `n days`, n > 1"
    if expression.startswith("at(") and expression.endswith(")"):
        return _at_fault(expression[3:-1])
    if expression.startswith("cron(") and expression.endswith(")"):
        return _cron_fault(expression[5:-1].split())
    return "neither rate(...), cron(...) nor at(...)"


def _at_fault(moment: str) -> str:
    try:
        datetime.strptime(moment, "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007 - the schedule's own time zone stands beside it
    except ValueError:
        return "at(...) takes yyyy-mm-ddThh:mm:ss"
    return ""


def _cron_fault(fields: list[str]) -> str:
    if len(fields) != len(FIELDS):
        return f"a cron has {len(FIELDS)} fields, this one {len(fields)}"
    if (fields[2] == "?") == (fields[4] == "?"):
        return "exactly one of day of month and day of week is ?"
    for text, (name, low, high, words) in zip(fields, FIELDS, strict=True):
        if not all(_is_right(part, low, high, words) for part in text.split(",")):
            return f"{name}: {text}"
    return ""


def _is_right(part: str, low: int, high: int, words: list[str]) -> bool:
    if part in {"*", "?", "L", "LW"}:
        return True
    body, _, step = part.partition("/")
    if step and not step.isdigit():
        return False
    bounds = re.split(r"-|#", re.sub(r"[LW]$", "", body)) if body != "*" else []
    numbers = [
        words.index(bound) + low if bound in words else int(bound) if bound.isdigit() else -1 for bound in bounds
    ]
    return len(numbers) <= 2 and all(low <= number <= high for number in numbers)


def reliability(assembly: Assembly) -> Iterator[Finding]:
    """A missed start is retried, then kept in a dead-letter queue; a flexible window has its length."""
    for schedule in assembly.of("AWS::Scheduler::Schedule"):
        target = schedule.properties.get("Target", {})
        if "RetryPolicy" not in target:
            yield schedule.found("schedule-retries", "the target has no RetryPolicy")
        if not target.get("DeadLetterConfig", {}).get("Arn"):
            yield schedule.found("schedule-dead-letters", "the target has no DeadLetterConfig")
        yield from _window_faults(schedule)


def _window_faults(schedule: Resource) -> Iterator[Finding]:
    window = schedule.properties.get("FlexibleTimeWindow", {})
    if (window.get("Mode") == "FLEXIBLE") != ("MaximumWindowInMinutes" in window):
        yield schedule.found("schedule-window", f"FLEXIBLE goes with MaximumWindowInMinutes, OFF without: {window}")
