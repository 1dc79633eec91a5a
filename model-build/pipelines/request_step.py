"""A pipeline step whose arguments are the request of the SageMaker API operation that it stands for.

While a definition is built, the SDK's builders (ModelTrainer, ModelBuilder) look up roles in IAM, create buckets and
upload code under time stamps. The request written out does none of that, and botocore's service model can check it.
"""

from __future__ import annotations

from typing import Any

from sagemaker.core.workflow.properties import Properties, PropertyFile
from sagemaker.mlops.workflow.retry import (
    RetryPolicy,
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
    StepExceptionTypeEnum,
    StepRetryPolicy,
)
from sagemaker.mlops.workflow.steps import CacheConfig, ConfigurableRetryStep, StepTypeEnum

# Shape of the describe operation that a later step's references are resolved against.
DESCRIBED_BY = {
    StepTypeEnum.PROCESSING: "DescribeProcessingJobResponse",
    StepTypeEnum.TRAINING: "DescribeTrainingJobResponse",
    StepTypeEnum.TRANSFORM: "DescribeTransformJobResponse",
    StepTypeEnum.CREATE_MODEL: "DescribeModelOutput",
    StepTypeEnum.REGISTER_MODEL: "DescribeModelPackageOutput",
}
QUOTA_MINUTES = 12  # a job of another run ends within them; a quota of 0 is known after them
JOBS = {StepTypeEnum.PROCESSING, StepTypeEnum.TRAINING, StepTypeEnum.TRANSFORM}


class RequestStep(ConfigurableRetryStep):  # type: ignore[misc]  # the SDK is untyped
    """One step: its name, its type, the operation's request, and what of a former execution may be reused."""

    def __init__(
        self,
        name: str,
        step_type: StepTypeEnum,
        *,
        request: dict[str, Any],
        cache: CacheConfig | None = None,
        property_files: tuple[PropertyFile, ...] = (),
    ) -> None:
        super().__init__(name, step_type, retry_policies=retry_policies(step_type))
        self.request = request
        self.cache = cache
        self.property_files = list(property_files)
        self._properties = Properties(step_name=name, step=self, shape_name=DESCRIBED_BY[step_type])

    @property
    def arguments(self) -> dict[str, Any]:
        return self.request

    @property
    def properties(self) -> Properties:
        return self._properties

    def to_request(self) -> dict[str, Any]:
        request: dict[str, Any] = super().to_request()
        if self.cache:
            request.update(self.cache.config)
        if self.property_files:
            request["PropertyFiles"] = [file.expr for file in self.property_files]
        return request


def retry_policies(step_type: StepTypeEnum) -> list[RetryPolicy]:
    """Faults of the service are tried again within minutes; a lack of machines at AWS is waited out for up to three hours.

    A quota has a policy of its own. One that another run uses up is free again within minutes, but SageMaker answers a quota of
    0, which many new accounts have, with the same ResourceLimitExceeded, and nobody is told of it while the step waits.
    """
    service = StepRetryPolicy(
        exception_types=[StepExceptionTypeEnum.SERVICE_FAULT, StepExceptionTypeEnum.THROTTLING],
        interval_seconds=5,
        max_attempts=5,
    )
    capacity = SageMakerJobStepRetryPolicy(
        exception_types=[SageMakerJobExceptionTypeEnum.CAPACITY_ERROR],
        interval_seconds=60,
        expire_after_mins=180,
    )
    quota = SageMakerJobStepRetryPolicy(
        exception_types=[SageMakerJobExceptionTypeEnum.RESOURCE_LIMIT],
        interval_seconds=60,
        backoff_rate=1.0,
        expire_after_mins=QUOTA_MINUTES,
    )
    return [service, capacity, quota] if step_type in JOBS else [service]  # create/register start no machine
