"""The RegisterModel step: CreateModelPackage, once an execution, whatever is retried or killed."""

from __future__ import annotations

import uuid

from sandbox.sagemaker.pipelines.steps.contract import Attempt, Outcome, StepType


def _run(attempt: Attempt) -> Outcome:
    created = attempt.call("CreateModelPackage", attempt.arguments | {"ClientToken": client_token(attempt)})
    arn = created["ModelPackageArn"]
    package = attempt.call("DescribeModelPackage", {"ModelPackageName": arn})
    return Outcome(properties=package, metadata={"RegisterModel": {"Arn": arn}})


def client_token(attempt: Attempt) -> str:
    """The same for every attempt of this step in this execution: CreateModelPackage answers a known token with the version it
    made for it (API_CreateModelPackage, ClientToken), also when the answer was lost to a crash."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{attempt.execution_arn}/{attempt.step.name}"))


REGISTER_MODEL = StepType(name="RegisterModel", run=_run, operation="CreateModelPackage")
