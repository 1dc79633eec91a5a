"""One-time schedules of EventBridge Scheduler: named after a moment, so that CreateSchedule makes one of each and no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


def expression(moment: int) -> str:
    """As Scheduler takes a one-time schedule: no time zone inside, seconds at the finest. In seconds since the epoch."""
    return f"at({_utc(moment):%Y-%m-%dT%H:%M:%S})"


def suffix(moment: int) -> str:
    return f"{_utc(moment):%Y%m%dT%H%M%SZ}"


def _utc(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, UTC)


@dataclass(frozen=True)
class OneTime:
    """How a function has itself called again. `function`, `role` and `undelivered` are ARNs."""

    schedule: str
    group: str
    role: str
    undelivered: str | None
    function: str

    def named(self, moment: int) -> dict[str, object]:
        """GetSchedule's request."""
        return {"Name": f"{self.schedule}-{suffix(moment)}", "GroupName": self.group}

    def request(self, moment: int, *, fires: int, told: str) -> dict[str, object]:
        """CreateSchedule's, and UpdateSchedule's, which replaces all of a schedule. `told` is the event of the call, as JSON."""
        target = {"Arn": self.function, "RoleArn": self.role, "Input": told}
        undelivered = {"DeadLetterConfig": {"Arn": self.undelivered}} if self.undelivered else {}
        return self.named(moment) | {
            "ScheduleExpression": expression(fires),
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": target | undelivered,
        }
