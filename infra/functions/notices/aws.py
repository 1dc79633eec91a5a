"""Edge: alone in importing boto3. The clients, what is looked up for which event, and the one call that publishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

import boto3
from botocore.config import Config

from .build_log import Logs, last_words
from .building import BUILD
from .deploying import ACTION, PIPELINE, STAGE
from .event import Event
from .look_up import told
from .notice import Facts
from .registering import PACKAGE, WAITS
from .stage_facts import S3, CodePipeline, Sources, deployment
from .training import EXECUTION
from .version_facts import Registry, registered

_CONFIG = Config(connect_timeout=3, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 2})
Answer = Mapping[str, Any]


class Sns(Protocol):
    """The operation of SNS that is called here."""

    def publish(self, **request: object) -> Answer: ...


class SageMaker(Registry, Protocol):
    """The operations of SageMaker that are called here."""

    def list_pipeline_execution_steps(self, **request: object) -> Answer: ...


@dataclass(frozen=True)
class Clients:
    """The services."""

    sns: Sns
    sagemaker: SageMaker
    pipeline: CodePipeline
    logs: Logs
    s3: S3


def connect() -> Clients:
    return Clients(
        sns=cast("Sns", boto3.client("sns", config=_CONFIG)),
        sagemaker=cast("SageMaker", boto3.client("sagemaker", config=_CONFIG)),
        pipeline=cast("CodePipeline", boto3.client("codepipeline", config=_CONFIG)),
        logs=cast("Logs", boto3.client("logs", config=_CONFIG)),
        s3=cast("S3", boto3.client("s3", config=_CONFIG)),
    )


def publish(clients: Clients, *, topic: str, subject: str, body: str) -> None:
    clients.sns.publish(TopicArn=topic, Subject=subject, Message=body)


def look_up(clients: Clients, event: Event) -> Facts:
    if event.kind == EXECUTION and event.detail("currentPipelineExecutionStatus") == "Failed":
        return told(lambda: _failed_steps(clients.sagemaker, event.detail("pipelineExecutionArn")), Facts())
    if event.kind == PACKAGE and event.detail("ModelApprovalStatus") == WAITS:
        arn = event.detail("ModelPackageArn")
        return told(lambda: Facts(registered=registered(clients.sagemaker, arn)), Facts())
    if event.kind == BUILD:
        return told(lambda: Facts(reasons=_log_of_build(clients.logs, event)), Facts())
    if event.kind in (PIPELINE, STAGE, ACTION):
        return deployment(Sources(clients.pipeline, clients.logs, clients.s3), event)
    return Facts()


def _log_of_build(logs: Logs, event: Event) -> tuple[str, ...]:
    found = ("additional-information", "logs")
    group, stream = event.detail(*found, "group-name"), event.detail(*found, "stream-name")
    return last_words(logs, group=group, stream=stream) if group and stream else ()


def _failed_steps(sagemaker: SageMaker, execution: str) -> Facts:
    page = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=execution, MaxResults=100)
    failed = [each for each in page["PipelineExecutionSteps"] if each["StepStatus"] == "Failed"]
    return Facts(
        reasons=tuple(f"{each['StepName']}: {each.get('FailureReason', 'no reason given')}" for each in failed),
        refused_by_gate=any("Fail" in each.get("Metadata", {}) for each in failed),
    )
