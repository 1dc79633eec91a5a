"""One delivery on its way to one target, and what became of it."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from sandbox.store import Document


class Source(StrEnum):
    """Who delivers."""

    RULE = "rule"
    SCHEDULE = "schedule"
    FUNCTION = "function"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Everything that its attempts need, so that it outlives the rule, the schedule and the process."""

    source: Source
    name: str
    arn: str
    """of the rule, the schedule, or the function"""
    target: Document
    """as PutTargets or CreateSchedule took it"""
    payload: str
    """what the target is sent; a schedule's still has its context attributes"""
    accepted: float
    """by the sandbox's clock, whence the event's age"""
    due: float
    """by the sandbox's clock: when the next attempt may begin"""
    event: Document = field(default_factory=dict)
    """the event that the rule matched, as a target sees it"""
    record: Document = field(default_factory=dict)
    """what ministack knows of it beside: the event as it keeps it, for another bus; how deep functions call functions"""
    scheduled: float | None = None
    """when it was to happen, on the schedule's own timeline"""
    attempts: int = 0
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:16])

    @property
    def document(self) -> Document:
        return asdict(self)

    @classmethod
    def of(cls, document: Document) -> Delivery:
        return cls(**{**document, "source": Source(document["source"])})


class Status(StrEnum):
    """Of an attempt."""

    DELIVERED = "Delivered"
    RETRYING = "Retrying"
    DEAD_LETTER = "SentToDeadLetterQueue"
    DROPPED = "Dropped"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of an attempt; the error of a failed one in AWS's words."""

    status: Status
    target: str
    error: str = ""

    def __str__(self) -> str:
        return f"{self.status}: {self.error}" if self.error else str(self.status)


def instant(moment: float) -> str:
    """As AWS writes it: 2022-03-22T18:59:43Z."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
