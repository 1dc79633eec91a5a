"""The request that a step's arguments become."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.sagemaker.pipelines.definition.arguments import typed
from sandbox.sagemaker.pipelines.definition.definition import Step
from sandbox.sagemaker.pipelines.language.expressions import Scope
from sandbox.sagemaker.pipelines.steps import STEP_TYPES
from sandbox.sagemaker.pipelines.steps.contract import StepType
from sandbox.service import service_model
from sandbox.store import Document


def request(step: Step, scope: Scope) -> Document:
    """Every expression resolved, numbers as the API wants them; the job's name is left for each attempt to choose."""
    kind = STEP_TYPES[step.type]
    arguments = {key: value for key, value in kind.resolve(step, scope).items() if key != kind.name_member}
    if not kind.operation:
        return arguments
    shaped = typed(arguments, service_model("sagemaker").operation_model(kind.operation).input_shape)
    return shaped if isinstance(shaped, dict) else {}


def variables_of(kind: StepType, name: str) -> Mapping[str, str]:
    """Execution.TrainingJobName and Execution.ProcessingJobName exist inside the step whose job that is."""
    return {kind.name_member: name} if kind.name_member in ("TrainingJobName", "ProcessingJobName") else {}
