"""The Model step: CreateModel."""

from __future__ import annotations

from sandbox.sagemaker.pipelines.steps.contract import Attempt, Outcome, StepType


def _run(attempt: Attempt) -> Outcome:
    named = {"ModelName": attempt.name}
    created = attempt.call("CreateModel", attempt.arguments | named | {"Tags": attempt.tags})
    metadata = {"Model": {"Arn": created["ModelArn"]}}
    return Outcome(properties=attempt.call("DescribeModel", named), metadata=metadata)


MODEL = StepType(name="Model", run=_run, operation="CreateModel", name_member="ModelName")
