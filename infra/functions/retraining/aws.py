"""Edge: alone in importing boto3. The pipeline's executions, and the one-time schedule by which a due time waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .due import Due
from .settings import Queue
from .turn import Turn

_CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
# A step's job runs 28 days at most (SageMaker's quotas), so an execution that began earlier is over.
_LONGEST_EXECUTION = timedelta(days=29)
Answer = Mapping[str, Any]


class Scheduler(Protocol):
    """The operations of EventBridge Scheduler that are called here."""

    def create_schedule(self, **request: object) -> Answer: ...
    def get_schedule(self, **request: object) -> Answer: ...


class SageMaker(Protocol):
    """The operations of SageMaker that are called here."""

    def list_pipeline_executions(self, **request: object) -> Answer: ...
    def start_pipeline_execution(self, **request: object) -> Answer: ...


@dataclass(frozen=True)
class Clients:
    """The two services."""

    scheduler: Scheduler
    sagemaker: SageMaker


def connect() -> Clients:
    return Clients(
        scheduler=cast("Scheduler", boto3.client("scheduler", config=_CONFIG)),
        sagemaker=cast("SageMaker", boto3.client("sagemaker", config=_CONFIG)),
    )


@dataclass(frozen=True)
class Waiting:
    """Whoever waits, by name. `function` is the ARN under which this function was called."""

    scheduler: Scheduler
    queue: Queue
    function: str

    def is_taken(self, turn: Turn) -> bool:
        return _unless("ResourceNotFoundException", self.scheduler.get_schedule, self._named(turn)) is not None

    def take(self, turn: Turn, due: Due) -> bool:
        """False where one waits for this time already."""
        request = self._named(turn) | {
            "ScheduleExpression": turn.expression,
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": {
                "Arn": self.function,
                "RoleArn": self.queue.role,
                "Input": due.to_json(waited_until=turn.moment),
                "DeadLetterConfig": {"Arn": self.queue.undelivered},
            },
        }
        return _unless("ConflictException", self.scheduler.create_schedule, request) is not None

    def _named(self, turn: Turn) -> dict[str, object]:
        return {"Name": f"{self.queue.schedule}-{turn.suffix}", "GroupName": self.queue.group}


def executions(sagemaker: SageMaker, pipeline: str, now: float) -> Iterator[Answer]:
    """Newest first, all pages."""
    after = datetime.fromtimestamp(now, UTC) - _LONGEST_EXECUTION
    request: dict[str, object] = {"PipelineName": pipeline, "CreatedAfter": after, "MaxResults": 100}
    page = sagemaker.list_pipeline_executions(**request)
    yield from page["PipelineExecutionSummaries"]
    while page.get("NextToken"):
        page = sagemaker.list_pipeline_executions(**request, NextToken=page["NextToken"])
        yield from page["PipelineExecutionSummaries"]


def start(sagemaker: SageMaker, due: Due) -> str | None:
    """The execution's ARN; None where the account runs as many executions as it may."""
    started = _unless("ResourceLimitExceeded", sagemaker.start_pipeline_execution, due.request)
    return str(started["PipelineExecutionArn"]) if started else None


class _Operation(Protocol):
    def __call__(self, **request: object) -> Answer: ...


def _unless(code: str, operation: _Operation, request: Mapping[str, object]) -> Answer | None:
    """The answer, or None where AWS refused with this one code."""
    try:
        return operation(**request)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != code:
            raise
        return None
