"""The Transform step: CreateTransformJob."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sandbox.sagemaker.pipelines.steps.contract import StepType
from sandbox.sagemaker.pipelines.steps.jobs import run_job
from sandbox.store import Document


def _outputs(job: Document) -> Iterator[str]:
    yield job["TransformOutput"]["S3OutputPath"]


TRANSFORM = StepType(
    name="Transform",
    run=partial(run_job, "Transform"),
    operation="CreateTransformJob",
    name_member="TransformJobName",
    # A model made by the same execution has a new name each time, so that its transform is never found again: as on AWS
    # (https://github.com/aws/sagemaker-python-sdk/issues/3392).
    cache_key=("DataProcessing", "Environment", "ModelName", "TransformInput"),
    outputs=_outputs,
)
