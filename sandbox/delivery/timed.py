"""Schedules and scheduled rules alike: when they fall due, and which deliveries then."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from sandbox.delivery.delivery import Delivery, Source
from sandbox.delivery.expressions import Recurrence, interval, recurrence
from sandbox.plugin.targets import Match, scheduled
from sandbox.store import Document

UTC = "UTC"


@dataclass(frozen=True, kw_only=True)
class Timed:
    """One of them, as it is now."""

    name: str
    arn: str
    definition: str
    """what its due times follow from, and when it was made: another one begins anew"""
    recurrence: Callable[[float], Recurrence]
    """by the moment it was made; raises ValueError for an expression that says nothing"""
    deliveries: Callable[[float, float], list[Delivery]]
    """by the moment that fell due and the sandbox's clock"""
    end: float | None = None
    enabled: bool
    deletes: tuple[str, str] | None = None
    """group and name, of a schedule that goes when it is over"""


def of_schedule(schedule: Document) -> Timed:
    """Its window is of no account here: it fires when the window opens."""
    start, zone = schedule.get("StartDate"), schedule.get("ScheduleExpressionTimezone") or UTC
    expression = schedule["ScheduleExpression"]

    def recurrence(made: float) -> Recurrence:
        return _from(start, _recurrence(expression, zone, float(start) if start else made))

    members = ("ScheduleExpression", "ScheduleExpressionTimezone", "StartDate", "EndDate", "State", "CreationDate")
    end = schedule.get("EndDate")
    return Timed(
        name=schedule["Name"],
        arn=schedule["Arn"],
        definition=_definition(schedule, members),
        recurrence=recurrence,
        deliveries=lambda moment, now: [_of_moment(schedule, moment, now=now)],
        end=float(end) if end else None,
        enabled=schedule.get("State") == "ENABLED",
        deletes=(schedule["GroupName"], schedule["Name"])
        if schedule.get("ActionAfterCompletion") == "DELETE"
        else None,
    )


def _of_moment(schedule: Document, moment: float, *, now: float) -> Delivery:
    target = schedule["Target"]
    return Delivery(
        source=Source.SCHEDULE,
        name=schedule["Name"],
        arn=schedule["Arn"],
        target=target,
        payload=target.get("Input") or "",
        accepted=now,
        due=now,
        scheduled=moment,
    )


def of_rule(rule: Document, targets: Sequence[Document]) -> Timed:
    """In UTC; a rate counts from when the rule was made (EventBridge user guide, "Rate expressions")."""
    expression = rule["ScheduleExpression"]

    def recurrence(made: float) -> Recurrence:
        pause = interval(expression)
        return _recurrence(expression, UTC, made + pause.total_seconds() if pause else made)

    def deliveries(moment: float, now: float) -> list[Delivery]:
        return [of_match(match, now=now, at=moment) for match in scheduled(rule, targets, at=moment)]

    return Timed(
        name=rule["Name"],
        arn=rule["Arn"],
        definition=_definition(rule, ("ScheduleExpression", "State", "CreationTime")),
        recurrence=recurrence,
        deliveries=deliveries,
        enabled=rule.get("State") == "ENABLED",
    )


def of_match(match: Match, *, now: float, at: float | None = None) -> Delivery:
    return Delivery(
        source=Source.RULE,
        name=match.rule_name,
        arn=match.rule_arn,
        target=match.target,
        payload=match.payload,
        event=match.event,
        record=match.record,
        accepted=now,
        due=now,
        scheduled=at,
    )


@dataclass(frozen=True)
class _Begun:
    """A recurrence from its StartDate on."""

    start: float
    of: Recurrence

    def after(self, moment: float) -> float | None:
        return self.of.after(max(moment, self.start - 1))


def _from(start: float | None, of: Recurrence) -> Recurrence:
    return _Begun(float(start), of) if start else of


@cache
def _recurrence(expression: str, zone: str, first: float) -> Recurrence:
    return recurrence(expression, zone, first=first)


def _definition(of: Document, members: Sequence[str]) -> str:
    return json.dumps([of.get(member) for member in members])
