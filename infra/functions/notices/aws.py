"""Edge: alone in importing boto3. Looks up what an event lacks, and publishes. A failed look-up is logged and left out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .deploying import ACTION, PIPELINE, STAGE
from .event import Event
from .notice import Facts
from .training import EXECUTION

_LOG = logging.getLogger(__name__)
_CONFIG = Config(connect_timeout=3, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 2})
PACKAGE_VARIABLE = "ModelPackageArn"
CHOSEN_VARIABLE = "VERSION"  # of the deploy pipeline's build: buildspec.yml exports it
Answer = Mapping[str, Any]
Found = TypeVar("Found")


class Sns(Protocol):
    """The operation of SNS that is called here."""

    def publish(self, **request: object) -> Answer: ...


class SageMaker(Protocol):
    """The operation of SageMaker that is called here."""

    def list_pipeline_execution_steps(self, **request: object) -> Answer: ...


class CodePipeline(Protocol):
    """The operations of CodePipeline that are called here."""

    def get_pipeline_execution(self, **request: object) -> Answer: ...
    def list_pipeline_executions(self, **request: object) -> Answer: ...
    def list_action_executions(self, **request: object) -> Answer: ...


@dataclass(frozen=True)
class Clients:
    """The three services."""

    sns: Sns
    sagemaker: SageMaker
    pipeline: CodePipeline


def connect() -> Clients:
    return Clients(
        sns=cast("Sns", boto3.client("sns", config=_CONFIG)),
        sagemaker=cast("SageMaker", boto3.client("sagemaker", config=_CONFIG)),
        pipeline=cast("CodePipeline", boto3.client("codepipeline", config=_CONFIG)),
    )


def publish(clients: Clients, *, topic: str, subject: str, body: str) -> None:
    clients.sns.publish(TopicArn=topic, Subject=subject, Message=body)


def look_up(clients: Clients, event: Event) -> Facts:
    if event.kind == EXECUTION and event.detail("currentPipelineExecutionStatus") == "Failed":
        return _told(lambda: _failed_steps(clients.sagemaker, event.detail("pipelineExecutionArn")), Facts())
    if event.kind in (PIPELINE, STAGE, ACTION):
        return _deployment(clients.pipeline, event)
    return Facts()


def _told(look: Callable[[], Found], otherwise: Found) -> Found:
    try:
        return look()
    except (ClientError, BotoCoreError) as error:
        _LOG.warning("The notice goes out with fewer facts: %s", error)
        return otherwise


def _failed_steps(sagemaker: SageMaker, execution: str) -> Facts:
    page = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=execution, MaxResults=100)
    failed = [each for each in page["PipelineExecutionSteps"] if each["StepStatus"] == "Failed"]
    return Facts(
        reasons=tuple(f"{each['StepName']}: {each.get('FailureReason', 'no reason given')}" for each in failed),
        refused_by_gate=any("Fail" in each.get("Metadata", {}) for each in failed),
    )


def _deployment(pipeline: CodePipeline, event: Event) -> Facts:
    name, execution, state = event.detail("pipeline"), event.detail("execution-id"), event.detail("state")
    package, rollback = _told(lambda: _package(pipeline, name, execution), ("", False))
    if event.kind == STAGE and state == "SUCCEEDED":
        replaced = _told(lambda: _replaced(pipeline, event), "")
        return Facts(package=package, rollback=rollback, replaced=replaced)
    # A failed action says itself why; a failed stage or pipeline does not, and an approval does not say what to review.
    if (event.kind == ACTION) == (state == "FAILED"):
        return Facts(package=package, rollback=rollback)
    unknown: tuple[tuple[str, ...], str] = ((), "")
    reasons, report = _told(lambda: _actions(pipeline, event), unknown)
    return Facts(package=package, rollback=rollback, reasons=reasons, report=report)


def _package(pipeline: CodePipeline, name: str, execution: str) -> tuple[str, bool]:
    """The version that an execution names, or else the one that its build has chosen; and whether it is a rollback."""
    found = pipeline.get_pipeline_execution(pipelineName=name, pipelineExecutionId=execution)["pipelineExecution"]
    values = {each["name"]: each["resolvedValue"] for each in found.get("variables", [])}
    named, rollback = str(values.get(PACKAGE_VARIABLE, "")), found.get("executionType") == "ROLLBACK"
    if not named or named.startswith("arn:"):
        return named, rollback
    return _chosen(_details(pipeline, name, execution)), rollback


def _chosen(details: Sequence[Answer]) -> str:
    """The version that the build exported; empty as long as it has not."""
    versions = (each.get("output", {}).get("outputVariables", {}).get(CHOSEN_VARIABLE, "") for each in details)
    return next((str(version) for version in versions if str(version).startswith("arn:")), "")


def _replaced(pipeline: CodePipeline, event: Event) -> str:
    """The version of the execution that passed this stage before."""
    passed = {"succeededInStage": {"stageName": event.detail("stage")}}
    page = pipeline.list_pipeline_executions(pipelineName=event.detail("pipeline"), filter=passed, maxResults=2)
    others = [each["pipelineExecutionId"] for each in page["pipelineExecutionSummaries"]]
    before = next((each for each in others if each != event.detail("execution-id")), None)
    return _package(pipeline, event.detail("pipeline"), before)[0] if before else ""


def _details(pipeline: CodePipeline, name: str, execution: str) -> Sequence[Answer]:
    """Newest first."""
    page = pipeline.list_action_executions(pipelineName=name, filter={"pipelineExecutionId": execution})
    return list(page["actionExecutionDetails"])


def _actions(pipeline: CodePipeline, event: Event) -> tuple[tuple[str, ...], str]:
    """Why actions failed, and the link that the stage's approval gives for its review (the test report)."""
    details = _details(pipeline, event.detail("pipeline"), event.detail("execution-id"))
    reasons = tuple(
        f"{each['stageName']} {each['actionName']}: {_reason(each)}" for each in details if each["status"] == "Failed"
    )
    links = (each.get("input", {}).get("resolvedConfiguration", {}).get("ExternalEntityLink") for each in details)
    return reasons, next(filter(None, links), "")


def _reason(action: Answer) -> str:
    result = action.get("output", {}).get("executionResult", {})
    return result.get("externalExecutionSummary") or result.get("errorDetails", {}).get("message") or "no reason given"
