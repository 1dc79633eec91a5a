"""The Condition step: all of its conditions hold, or they do not."""

from __future__ import annotations

from sandbox.sagemaker.pipelines.definition.definition import Step
from sandbox.sagemaker.pipelines.language.conditions import holds
from sandbox.sagemaker.pipelines.language.expressions import Scope
from sandbox.sagemaker.pipelines.steps.contract import Attempt, Outcome, StepType
from sandbox.store import Document


def _resolve(step: Step, scope: Scope) -> Document:
    return {"Outcome": str(all(holds(each, scope) for each in step.arguments["Conditions"]))}


def _run(attempt: Attempt) -> Outcome:
    return Outcome(properties=attempt.arguments, metadata={"Condition": attempt.arguments})


CONDITION = StepType(name="Condition", run=_run, resolve=_resolve, retried=False)
