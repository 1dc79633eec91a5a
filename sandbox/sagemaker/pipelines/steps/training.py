"""The Training step: CreateTrainingJob."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sandbox.sagemaker.pipelines.steps.contract import StepType
from sandbox.sagemaker.pipelines.steps.jobs import run_job
from sandbox.store import Document


def _outputs(job: Document) -> Iterator[str]:
    yield job["ModelArtifacts"]["S3ModelArtifacts"]


TRAINING = StepType(
    name="Training",
    run=partial(run_job, "Training"),
    operation="CreateTrainingJob",
    name_member="TrainingJobName",
    cache_key=(
        "AlgorithmSpecification",
        "CheckpointConfig",
        "DebugHookConfig",
        "DebugRuleConfigurations",
        "Environment",
        "HyperParameters",
        "InputDataConfig",
    ),
    outputs=_outputs,
)
