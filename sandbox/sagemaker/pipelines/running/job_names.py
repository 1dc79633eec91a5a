"""The names of the jobs and models that steps make."""

from __future__ import annotations

import re
import secrets
import string

from sandbox.sagemaker.pipelines.definition.definition import Step
from sandbox.sagemaker.pipelines.steps import STEP_TYPES

_LONGEST = 63  # ProcessingJobName and its like
_ALPHABET = string.ascii_letters + string.digits


def job_name(execution_arn: str, step: Step) -> str:
    """As AWS makes them: pipelines-<execution id>-<step>-<random>, the step cut to fit. A name in the Arguments is the prefix
    (the SDK's PipelineDefinitionConfig(use_custom_job_prefix=True))."""
    given = step.arguments.get(STEP_TYPES[step.type].name_member)
    start = f"{given if isinstance(given, str) else 'pipelines'}-{execution_arn.rpartition('/')[2]}-"
    random = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    middle = re.sub(r"[^A-Za-z0-9]+", "-", step.name)[: max(0, _LONGEST - len(start) - len(random) - 1)]
    return f"{start}{middle}".rstrip("-") + f"-{random}"
