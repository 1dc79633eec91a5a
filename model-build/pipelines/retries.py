"""Which failures of a step SageMaker tries again, and for how long."""

from __future__ import annotations

from sagemaker.mlops.workflow.retry import (
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
    StepExceptionTypeEnum,
    StepRetryPolicy,
)

QUOTA_MINUTES = 12  # a job of another run ends within them; a quota of 0 is known after them

# Faults of the service are tried again within minutes.
SERVICE = StepRetryPolicy(
    exception_types=[StepExceptionTypeEnum.SERVICE_FAULT, StepExceptionTypeEnum.THROTTLING],
    interval_seconds=5,
    max_attempts=5,
)
# A lack of machines at AWS is waited out for up to three hours.
CAPACITY = SageMakerJobStepRetryPolicy(
    exception_types=[SageMakerJobExceptionTypeEnum.CAPACITY_ERROR],
    interval_seconds=60,
    expire_after_mins=180,
)
# A quota has a policy of its own. One that another run uses up is free again within minutes, but SageMaker answers a quota of 0,
# which many new accounts have, with the same ResourceLimitExceeded, and nobody is told of it while the step waits.
QUOTA = SageMakerJobStepRetryPolicy(
    exception_types=[SageMakerJobExceptionTypeEnum.RESOURCE_LIMIT],
    interval_seconds=60,
    backoff_rate=1.0,
    expire_after_mins=QUOTA_MINUTES,
)
RETRIES_OF_A_JOB = [SERVICE, CAPACITY, QUOTA]
RETRIES_OF_A_REQUEST = [SERVICE]  # CreateModel and CreateModelPackage start no machine
