"""model-build, run as its build pipeline runs it, and the execution that it starts, step by step."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox.demo.failure import DemoFailure
from sandbox.demo.job_logs import save_log
from sandbox.demo.outcome import Step

if TYPE_CHECKING:
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker.type_defs import PipelineExecutionStepTypeDef

    from sandbox.demo.clients import Clients
    from sandbox.demo.layout import Layout

MODULE, ROOT = "pipelines.run_pipeline", "model-build"
_EXECUTION_ARN = re.compile(r"arn:aws[a-z-]*:sagemaker:[^\s:]+:[0-9]{12}:pipeline/[^\s/]+/execution/[a-z0-9]+")
_POLL = 0.1
_UNDER_WAY = {"Executing", "Stopping"}


@dataclass(frozen=True)
class Execution:
    """A pipeline execution that succeeded."""

    arn: str
    steps: tuple[Step, ...]
    model_package_arn: str


def execution_arn(output: str) -> str:
    """What run_pipeline printed; AWS's wording is the only thing relied on."""
    found = _EXECUTION_ARN.search(output)
    if found is None:
        raise DemoFailure("the build", f"python -m {MODULE} named no pipeline execution, but said: {output.strip()!r}")
    return found[0]


def follow(clients: Clients, arn: str, layout: Layout, show: Callable[[Sequence[Step]], None]) -> Execution:
    """Show the steps until the execution ends. Raises DemoFailure, with the job's log saved, if a step failed."""
    while True:
        # The status is read before the steps: once it is final, so are they.
        described = clients.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
        listed = list_steps(clients.sagemaker, arn)
        steps = tuple(_step(step) for step in listed)
        show(steps)
        if described["PipelineExecutionStatus"] not in _UNDER_WAY:
            break
        time.sleep(_POLL)
    status = described["PipelineExecutionStatus"]
    if status != "Succeeded":
        failed = next((step for step in listed if step["StepStatus"] == "Failed"), None)
        if failed is not None:
            raise _failure_of(clients, failed, layout)
        raise DemoFailure(
            "the pipeline", described.get("FailureReason", f"its execution is {status}"), log=layout.sandbox_log
        )
    return Execution(arn, steps, _registered(listed))


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
    raise DemoFailure("the pipeline", "it succeeded without registering a model: no step carries a model package")


def _failure_of(clients: Clients, step: PipelineExecutionStepTypeDef, layout: Layout) -> DemoFailure:
    name = step["StepName"]
    log = save_log(clients.logs, step, layout.log_of(name))
    return DemoFailure(f"step {name}", step.get("FailureReason", "no reason was given"), log=log or layout.sandbox_log)
