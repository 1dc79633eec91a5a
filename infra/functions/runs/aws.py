"""Edge: alone in importing boto3. EventBridge Scheduler, and the executions of the SageMaker pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

_CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
# A step's job runs 28 days at most (SageMaker's quotas), so an execution that began earlier is over.
_LONGEST_EXECUTION = timedelta(days=29)
Answer = Mapping[str, Any]
Answered = TypeVar("Answered")


class Scheduler(Protocol):
    """The operations of EventBridge Scheduler that are called."""

    def create_schedule(self, **request: object) -> Answer: ...
    def update_schedule(self, **request: object) -> Answer: ...
    def get_schedule(self, **request: object) -> Answer: ...


class SageMaker(Protocol):
    """The operations of SageMaker that are called."""

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


def executions(sagemaker: SageMaker, pipeline: str, now: float) -> Iterator[Answer]:
    """Newest first, all pages."""
    after = datetime.fromtimestamp(now, UTC) - _LONGEST_EXECUTION
    request: dict[str, object] = {"PipelineName": pipeline, "CreatedAfter": after, "MaxResults": 100}
    page = sagemaker.list_pipeline_executions(**request)
    yield from page["PipelineExecutionSummaries"]
    while page.get("NextToken"):
        page = sagemaker.list_pipeline_executions(**request, NextToken=page["NextToken"])
        yield from page["PipelineExecutionSummaries"]


def start(sagemaker: SageMaker, request: Mapping[str, object]) -> str | None:
    """The execution's ARN; None where the account runs as many executions as it may."""
    started = unless("ResourceLimitExceeded", lambda: sagemaker.start_pipeline_execution(**request))
    return str(started["PipelineExecutionArn"]) if started else None


def unless(code: str, call: Callable[[], Answered]) -> Answered | None:
    """The answer, or None where AWS refused with this one code."""
    try:
        return call()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != code:
            raise
        return None
