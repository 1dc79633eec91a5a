"""The retry policies of steps."""

from __future__ import annotations

import pytest

from sandbox.errors import ResourceLimitExceeded, ServiceError
from tests.sandbox.pipelines.definitions import definition, processing
from tests.sandbox.pipelines.world import Pipelines

INTERNAL = "InternalServerError: We encountered an internal error. Please try again."
CAPACITY = "CapacityError: Unable to provision requested ML compute capacity."


def policy(*kinds: str, attempts: int = 3) -> dict[str, object]:
    return {"ExceptionType": list(kinds), "IntervalSeconds": 0, "BackoffRate": 1.0, "MaxAttempts": attempts}


def retrying(*kinds: str, attempts: int = 3) -> dict[str, object]:
    return definition(processing("A", RetryPolicies=[policy(*kinds, attempts=attempts)]))


class Throttled(ServiceError):
    code = "ThrottlingException"


class Broken(ServiceError):
    code, status = "InternalFailure", 500


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (INTERNAL, "SageMaker.JOB_INTERNAL_ERROR"),
        (CAPACITY, "SageMaker.CAPACITY_ERROR"),
        (ResourceLimitExceeded("no more instances"), "SageMaker.RESOURCE_LIMIT"),
        (Throttled("slow down"), "Step.THROTTLING"),
        (Broken("oops"), "Step.SERVICE_FAULT"),
    ],
)
def test_a_policy_that_names_the_failure_retries_it(world: Pipelines, failure: str | ServiceError, kind: str) -> None:
    world.create(retrying(kind))
    world.jobs.scripts = {"A": [failure, failure]}
    execution, steps = world.run()
    assert execution["PipelineExecutionStatus"] == "Succeeded"
    assert steps["A"]["AttemptCount"] == 3
    assert len({request["ProcessingJobName"] for _, request in world.jobs.requests}) == 3


def test_attempts_end_with_the_policys_maximum(world: Pipelines) -> None:
    world.create(retrying("SageMaker.JOB_INTERNAL_ERROR", attempts=1))
    world.jobs.scripts = {"A": [INTERNAL] * 5}
    _, steps = world.run()
    assert (steps["A"]["StepStatus"], steps["A"]["AttemptCount"]) == ("Failed", 2)
    assert steps["A"]["FailureReason"].startswith("InternalServerError")


@pytest.mark.parametrize("reason", ["AlgorithmError: InternalServerError in my script", "ClientError: no such key"])
def test_the_users_own_errors_are_never_retried(world: Pipelines, reason: str) -> None:
    world.create(retrying("SageMaker.JOB_INTERNAL_ERROR", "SageMaker.CAPACITY_ERROR"))
    world.jobs.scripts = {"A": [reason]}
    _, steps = world.run()
    assert (steps["A"]["StepStatus"], steps["A"]["AttemptCount"]) == ("Failed", 1)


def test_without_a_policy_a_resource_limit_fails_and_aws_says_why_it_is_not_retried(world: Pipelines) -> None:
    world.create(definition(processing("A")))
    world.jobs.scripts = {"A": [ResourceLimitExceeded("no more instances")]}
    execution, steps = world.run()
    assert steps["A"]["FailureReason"] == (
        "ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: no more instances\n"
        "Retry not appropriate on execution of step with PipelineExecutionArn"
        f" {execution['PipelineExecutionArn']} and StepId A."
        " No retry policy configured for the exception type SAGEMAKER_RESOURCE_LIMIT."
    )
