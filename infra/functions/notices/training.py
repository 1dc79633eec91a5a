"""Notices of the SageMaker pipeline: a run failed, was refused by the quality gate, or was stopped."""

from __future__ import annotations

from . import console, quotas
from .event import Event, last_part
from .notice import Facts, Notice

EXECUTION = "SageMaker Model Building Pipeline Execution Status Change"
STEP = "SageMaker Model Building Pipeline Execution Step Status Change"


def execution(event: Event, facts: Facts) -> Notice:
    status = event.detail("currentPipelineExecutionStatus")
    if status == "Failed" and facts.refused_by_gate:
        return _refused(event, "\n".join(facts.reasons))
    if status == "Failed":
        return _failed(event, f"Run {_run(event)} failed.", "\n".join(facts.reasons))
    ending = {"Stopped": "was stopped", "Succeeded": "succeeded"}.get(status, f"is {status or 'in an unknown state'}")
    return Notice(
        headline=f"training run {ending}",
        what=f"Run {_run(event)} of the pipeline {last_part(event.detail('pipelineArn'))} {ending}.",
        next="see its steps with",
        link=console.studio(event),
        commands=(_steps(event),),
    )


def step(event: Event, _facts: Facts) -> Notice:
    if event.detail("stepType") == "Fail":
        return _refused(event, event.detail("failureReason"))
    name = event.detail("stepName")
    return _failed(event, f"Step {name} of run {_run(event)} failed.", event.detail("failureReason"))


def _refused(event: Event, why: str) -> Notice:
    return Notice(
        headline="the quality gate refused a new model",
        what=f"Run {_run(event)} trained a model that is not good enough: it was not registered. What is live stays live.",
        why=why,
        next="read the run's evaluation report; then train on better data, or change the threshold in model-build. Its steps:",
        link=console.studio(event),
        commands=(_steps(event),),
    )


def _failed(event: Event, what: str, why: str) -> Notice:
    arn, region = event.detail("pipelineExecutionArn"), event.region
    return Notice(
        headline="training run failed",
        what=f"{what} What is live stays live.",
        why=why,
        next=quotas.advice(why, region)
        or "correct the cause. A passing fault is retried from the failed step with the second command:",
        link=console.studio(event),
        commands=(
            _steps(event),
            f"aws sagemaker retry-pipeline-execution --pipeline-execution-arn {arn} --region {region}",
        ),
    )


def _run(event: Event) -> str:
    return last_part(event.detail("pipelineExecutionArn"))


def _steps(event: Event) -> str:
    arn = event.detail("pipelineExecutionArn")
    return f"aws sagemaker list-pipeline-execution-steps --pipeline-execution-arn {arn} --region {event.region}"
