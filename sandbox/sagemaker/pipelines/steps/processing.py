"""The Processing step: CreateProcessingJob."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sandbox.sagemaker.pipelines.steps.contract import StepType
from sandbox.sagemaker.pipelines.steps.jobs import run_job
from sandbox.store import Document


def _outputs(job: Document) -> Iterator[str]:
    for output in job.get("ProcessingOutputConfig", {}).get("Outputs", ()):
        if "S3Output" in output:
            yield output["S3Output"]["S3Uri"]


PROCESSING = StepType(
    name="Processing",
    run=partial(run_job, "Processing"),
    operation="CreateProcessingJob",
    name_member="ProcessingJobName",
    cache_key=("AppSpecification", "Environment", "ProcessingInputs"),
    outputs=_outputs,
)
