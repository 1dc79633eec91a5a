"""The log of a failed step's job, saved.

SageMaker's jobs write to log groups of their kind, in streams that begin with the job's name:
https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.demo.moments.saved_log import save

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
    return save(logs, path, {"logGroupName": GROUPS[kind], "logStreamNamePrefix": name})


def _job(step: PipelineExecutionStepTypeDef) -> tuple[str, str] | None:
    metadata = step.get("Metadata", {})
    for known in (metadata.get("ProcessingJob"), metadata.get("TrainingJob"), metadata.get("TransformJob")):
        kind, _, name = (known or {}).get("Arn", "").rpartition(":")[2].partition("/")
        if kind in GROUPS:
            return kind, name
    return None
