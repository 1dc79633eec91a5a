"""The step types that the sandbox runs, one module each."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.sagemaker.pipelines.steps.condition import CONDITION
from sandbox.sagemaker.pipelines.steps.contract import StepType
from sandbox.sagemaker.pipelines.steps.fail import FAIL
from sandbox.sagemaker.pipelines.steps.lambda_function import LAMBDA
from sandbox.sagemaker.pipelines.steps.model import MODEL
from sandbox.sagemaker.pipelines.steps.processing import PROCESSING
from sandbox.sagemaker.pipelines.steps.register_model import REGISTER_MODEL
from sandbox.sagemaker.pipelines.steps.training import TRAINING
from sandbox.sagemaker.pipelines.steps.transform import TRANSFORM

STEP_TYPES: Mapping[str, StepType] = {
    each.name: each for each in (PROCESSING, TRAINING, TRANSFORM, MODEL, REGISTER_MODEL, CONDITION, FAIL, LAMBDA)
}
