"""A step that calls a Lambda function which infra makes: the pipeline knows its ARN, and changes nothing about it."""

from __future__ import annotations

import warnings
from typing import Any

from sagemaker.mlops.workflow.lambda_step import LambdaStep


class StepOfGivenFunction(LambdaStep):  # type: ignore[misc]  # the SDK is untyped
    """The SDK warns at each build that it does not update the function, which is as it should be."""

    def to_request(self) -> dict[str, Any]:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Lambda function won't be updated")
            request: dict[str, Any] = super().to_request()
            return request
