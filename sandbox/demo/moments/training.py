"""An execution of the SageMaker pipeline, step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox.demo.failure import DemoFailure
from sandbox.demo.moments.job_logs import save_log
from sandbox.demo.outcome import Step
from sandbox.demo.waiting import wait_for

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker.type_defs import PipelineExecutionStepTypeDef, PipelineExecutionSummaryTypeDef

    from sandbox.demo.clients import Clients
    from sandbox.demo.layout import Layout

Show = Callable[[Sequence[Step]], None]
UNDER_WAY = ("Executing", "Stopping")


@dataclass(frozen=True)
class Execution:
    """A pipeline execution that succeeded."""

    arn: str
    steps: tuple[Step, ...]
    model_package_arn: str

    @property
    def cached(self) -> list[str]:
        """The steps that were taken from an earlier execution."""
        return [step.name for step in self.steps if step.cached]


def list_executions(sagemaker: SageMakerClient, pipeline: str) -> list[PipelineExecutionSummaryTypeDef]:
    """Newest first; none where no build has published the pipeline yet."""
    try:
        pages = sagemaker.get_paginator("list_pipeline_executions").paginate(PipelineName=pipeline)
        return [summary for page in pages for summary in page["PipelineExecutionSummaries"]]
    except sagemaker.exceptions.ResourceNotFound:
        return []


def execution_of_commit(sagemaker: SageMakerClient, pipeline: str, commit: str) -> str:
    """The newest that a build of this commit has started."""
    for summary in list_executions(sagemaker, pipeline):
        if summary.get("PipelineExecutionDescription") == f"commit {commit}":
            return summary["PipelineExecutionArn"]
    raise DemoFailure("the build", f"it succeeded, but started no execution of {pipeline} for commit {commit}")


def follow(clients: Clients, arn: str, layout: Layout, show: Show) -> Execution:
    """Show the steps until the execution ends. Raises DemoFailure, with the job's log saved, if a step failed."""

    def look() -> tuple[str, str, list[PipelineExecutionStepTypeDef]] | None:
        # The status is read before the steps: once it is final, so are they.
        described = clients.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
        listed = list_steps(clients.sagemaker, arn)
        show(tuple(_step(step) for step in listed))
        status = described["PipelineExecutionStatus"]
        return None if status in UNDER_WAY else (status, described.get("FailureReason", ""), listed)

    status, reason, listed = wait_for("the SageMaker pipeline", look)
    if status != "Succeeded":
        failed = next((step for step in listed if step["StepStatus"] == "Failed"), None)
        if failed is not None:
            raise _failure_of(clients, failed, layout)
        raise DemoFailure("the SageMaker pipeline", reason or f"its execution is {status}", log=layout.sandbox_log)
    return Execution(arn, tuple(_step(step) for step in listed), _registered(listed))


def list_steps(sagemaker: SageMakerClient, arn: str) -> list[PipelineExecutionStepTypeDef]:
    """In the order in which they started."""
    pages = sagemaker.get_paginator("list_pipeline_execution_steps")
    return [
        step
        for page in pages.paginate(PipelineExecutionArn=arn, SortOrder="Ascending")
        for step in page["PipelineExecutionSteps"]
    ]


def _step(listed: PipelineExecutionStepTypeDef) -> Step:
    started = listed.get("StartTime")
    ended = listed.get("EndTime") or datetime.now(UTC)
    return Step(
        name=listed["StepName"],
        status=listed["StepStatus"],
        seconds=round((ended - started).total_seconds(), 3) if started else 0.0,
        cached=bool(listed.get("CacheHitResult", {}).get("SourcePipelineExecutionArn")),
    )


def _registered(listed: Sequence[PipelineExecutionStepTypeDef]) -> str:
    for step in listed:
        arn = step.get("Metadata", {}).get("RegisterModel", {}).get("Arn")
        if arn:
            return arn
    raise DemoFailure(
        "the SageMaker pipeline", "it succeeded without registering a model: no step carries a model package"
    )


def _failure_of(clients: Clients, step: PipelineExecutionStepTypeDef, layout: Layout) -> DemoFailure:
    name = step["StepName"]
    log = save_log(clients.logs, step, layout.log_of(name))
    return DemoFailure(f"step {name}", step.get("FailureReason", "no reason was given"), log=log or layout.sandbox_log)
