"""Edge: alone in importing boto3. The schedules that carry the notes, and the pipeline's executions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .arrivals import Noted, fired
from .run import PARAMETER, VERSION, Run
from .settings import Settings
from .window import Window

_CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
# A step's job runs 28 days at most (SageMaker's quotas), so an execution that began earlier is over.
_LONGEST_EXECUTION = timedelta(days=29)
Answer = Mapping[str, Any]


class Scheduler(Protocol):
    """The operations of EventBridge Scheduler that are called here."""

    def create_schedule(self, **request: object) -> Answer: ...
    def update_schedule(self, **request: object) -> Answer: ...
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
class Schedules:
    """The one-time schedules of the windows. `function` is the ARN under which this function was called."""

    scheduler: Scheduler
    settings: Settings
    function: str

    def create(self, window: Window, noted: Noted) -> bool:
        """False where the window has a schedule already."""
        return _unless("ConflictException", self.scheduler.create_schedule, self._request(window, noted)) is not None

    def update(self, window: Window, noted: Noted) -> bool:
        """False where the schedule is gone. UpdateSchedule replaces the whole schedule, so all of it is said again."""
        found = _unless("ResourceNotFoundException", self.scheduler.update_schedule, self._request(window, noted))
        return found is not None

    def read(self, window: Window) -> Noted | None:
        found = _unless("ResourceNotFoundException", self.scheduler.get_schedule, self._named(window))
        return fired(json.loads(found["Target"]["Input"]))[1] if found else None

    def _named(self, window: Window) -> dict[str, object]:
        return {"Name": f"{self.settings.schedule}-{window.suffix}", "GroupName": self.settings.group}

    def _request(self, window: Window, noted: Noted) -> dict[str, object]:
        target = {"Arn": self.function, "RoleArn": self.settings.role, "Input": noted.to_json(window.start)}
        undelivered = {"DeadLetterConfig": {"Arn": self.settings.undelivered}} if self.settings.undelivered else {}
        return self._named(window) | {
            "ScheduleExpression": window.expression,
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": target | undelivered,
        }


def executions(sagemaker: SageMaker, pipeline: str, now: float) -> Iterator[Answer] | None:
    """The pipeline's executions, all pages; None where there is no pipeline yet (no build has published it)."""
    after = datetime.fromtimestamp(now, UTC) - _LONGEST_EXECUTION
    request: dict[str, object] = {"PipelineName": pipeline, "CreatedAfter": after, "MaxResults": 100}
    first = _unless("ResourceNotFound", sagemaker.list_pipeline_executions, request)
    return _pages(sagemaker, request, first) if first else None


def _pages(sagemaker: SageMaker, request: dict[str, object], page: Answer) -> Iterator[Answer]:
    yield from page["PipelineExecutionSummaries"]
    while page.get("NextToken"):
        page = sagemaker.list_pipeline_executions(**request, NextToken=page["NextToken"])
        yield from page["PipelineExecutionSummaries"]


def start(sagemaker: SageMaker, pipeline: str, run: Run) -> str | None:
    """The execution's ARN; None where the account runs as many executions as it may."""
    request: dict[str, object] = {
        "PipelineName": pipeline,
        # A window's version is its own: SageMaker's step cache compares URIs, and would not see new content under an old one.
        "PipelineParameters": [
            {"Name": PARAMETER, "Value": run.input_data},
            {"Name": VERSION, "Value": run.token},
        ],
        "PipelineExecutionDisplayName": run.display_name,
        "PipelineExecutionDescription": run.description,
        "ClientRequestToken": run.token,
    }
    started = _unless("ResourceLimitExceeded", sagemaker.start_pipeline_execution, request)
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
