"""The one step that the SDK has no class for which says what it is told: RegisterModel, as the request of CreateModelPackage.

`ModelBuilder.register` adds SAGEMAKER_CONTAINER_LOG_LEVEL to the container's environment and lists the account's buckets, so
that a build needs a network and a permission. The record is docs/decisions/0023 of the project.
"""

from __future__ import annotations

from typing import Any

from sagemaker.core.workflow.properties import Properties
from sagemaker.mlops.workflow.retry import RetryPolicy
from sagemaker.mlops.workflow.steps import ConfigurableRetryStep, StepTypeEnum


class RegisterModelStep(ConfigurableRetryStep):  # type: ignore[misc]  # the SDK is untyped
    """It registers a version; `request` has the fields of CreateModelPackage."""

    def __init__(self, name: str, *, request: dict[str, Any], retry_policies: list[RetryPolicy]) -> None:
        super().__init__(name, StepTypeEnum.REGISTER_MODEL, retry_policies=retry_policies)
        self._request = request
        self._properties = Properties(step_name=name, step=self, shape_name="DescribeModelPackageOutput")

    @property
    def arguments(self) -> dict[str, Any]:
        return self._request

    @property
    def properties(self) -> Properties:
        return self._properties
