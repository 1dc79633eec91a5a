"""The Fail step: ends the execution with the definition's own message."""

from __future__ import annotations

from sandbox.sagemaker.pipelines.steps.contract import Attempt, Outcome, StepFailed, StepType

_LONGEST = 3072  # FailStepMetadata.ErrorMessage


def _run(attempt: Attempt) -> Outcome:
    message = str(attempt.arguments.get("ErrorMessage", ""))
    attempt.note({"Metadata": {"Fail": {"ErrorMessage": message[:_LONGEST]}}})
    raise StepFailed(message)


FAIL = StepType(name="Fail", run=_run, retried=False)
