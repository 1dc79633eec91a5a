"""The log of a failed step's job, saved where it can be read when the sandbox is down.

SageMaker's jobs write to log groups of their kind, in streams that begin with the job's name:
https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_sagemaker.type_defs import PipelineExecutionStepTypeDef

GROUPS = {
    "processing-job": "/aws/sagemaker/ProcessingJobs",
    "training-job": "/aws/sagemaker/TrainingJobs",
    "transform-job": "/aws/sagemaker/TransformJobs",
}


def save_log(logs: CloudWatchLogsClient, step: PipelineExecutionStepTypeDef, path: Path) -> Path | None:
    """None when the step had no job, or its job wrote nothing."""
    job = _job(step)
    if job is None:
        return None
    kind, name = job
    try:
        lines = list(_lines(logs, GROUPS[kind], name))
    except ClientError:  # the group is made with the first line
        return None
    if not lines:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def _job(step: PipelineExecutionStepTypeDef) -> tuple[str, str] | None:
    metadata = step.get("Metadata", {})
    for known in (metadata.get("ProcessingJob"), metadata.get("TrainingJob"), metadata.get("TransformJob")):
        kind, _, name = (known or {}).get("Arn", "").rpartition(":")[2].partition("/")
        if kind in GROUPS:
            return kind, name
    return None


def _lines(logs: CloudWatchLogsClient, group: str, job: str) -> Iterator[str]:
    for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group, logStreamNamePrefix=job):
        for event in page["events"]:
            yield event["message"]
