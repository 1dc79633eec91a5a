"""Edge: alone in importing boto3. Reads production's change set, its stack and its endpoint, and asks for the last decision."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.handlers import json_decode_template_body

from .change import Change
from .refusal import Refusal
from .settings import Settings

_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 4})
# It looks at every approved version.
_PATIENT = Config(connect_timeout=5, read_timeout=100, retries={"mode": "standard", "total_max_attempts": 2})
# What the change set of a stack that is as wanted already says; CHANGE_SET_EXECUTE then does nothing.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html (aws-cdk's `changeSetHasNoChanges`)
_NO_CHANGE = ("didn't contain changes", "No updates are to be performed")
_NOTHING_THERE = ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE")
Answer = Mapping[str, Any]


class CodePipeline(Protocol):
    """The operations of CodePipeline that are called here."""

    def put_job_success_result(self, *, jobId: str, outputVariables: Mapping[str, str]) -> Answer: ...
    def put_job_failure_result(self, *, jobId: str, failureDetails: Mapping[str, str]) -> Answer: ...


class CloudFormation(Protocol):
    """The operations of CloudFormation that are called here."""

    def describe_change_set(self, **request: str) -> Answer: ...
    def describe_stacks(self, *, StackName: str) -> Answer: ...
    def get_template(self, **request: str) -> Answer: ...


class SageMaker(Protocol):
    """The operation of SageMaker that is called here."""

    def describe_endpoint(self, *, EndpointName: str) -> Answer: ...


class Functions(Protocol):
    """The operation of Lambda that is called here."""

    def invoke(self, *, FunctionName: str, Payload: bytes) -> Answer: ...


@dataclass(frozen=True)
class Clients:
    """The stage's account, and the function at home that knows the last decision."""

    cloudformation: CloudFormation
    sagemaker: SageMaker
    functions: Functions


@dataclass(frozen=True)
class Found:
    """The change, and the template as it was handed to CloudFormation."""

    change: Change
    template: str


def connect_pipeline() -> CodePipeline:
    return cast("CodePipeline", boto3.session.Session().client("codepipeline", config=_CONFIG))


def connect(settings: Settings) -> Clients:
    session = boto3.session.Session()
    functions = cast("Functions", session.client("lambda", config=_PATIENT))
    if settings.stage_role:
        granted: Answer = session.client("sts", config=_CONFIG).assume_role(
            RoleArn=settings.stage_role, RoleSessionName="review"
        )
        keys = granted["Credentials"]
        session = boto3.session.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    cloudformation = session.client("cloudformation", config=_CONFIG)
    # The text is wanted as it was sent, also where it is JSON.
    cloudformation.meta.events.unregister("after-call.cloudformation.GetTemplate", json_decode_template_body)
    return Clients(
        cloudformation=cast("CloudFormation", cloudformation),
        sagemaker=cast("SageMaker", session.client("sagemaker", config=_CONFIG)),
        functions=functions,
    )


def decided_last(clients: Clients, function: str) -> str:
    """The ARN of the version that was approved last; the empty text where none is approved. The rule is the reconciler's."""
    answered = clients.functions.invoke(FunctionName=function, Payload=json.dumps({"ask": "ApprovedLast"}).encode())
    answer = json.loads(answered["Payload"].read())
    if "FunctionError" in answered or "ModelPackageArn" not in answer:
        raise Refusal(f"The function {function} failed to tell the version that was approved last: {answer}. Retry.")
    return str(answer["ModelPackageArn"])


def lacks_its_endpoint(clients: Clients, stack: str) -> bool:
    described = _stack(clients.cloudformation, stack)
    if described is None or not described.get("Outputs"):
        return False
    try:
        clients.sagemaker.describe_endpoint(EndpointName=stack)
    except ClientError as error:
        if "could not find" in error.response.get("Error", {}).get("Message", "").lower():
            return True
        raise
    return False


def look(clients: Clients, stack: str, change_set: str) -> Found:
    described = _whole(clients.cloudformation, stack, change_set)
    reason = described.get("StatusReason") or ""
    empty = described["Status"] == "FAILED" and any(words in reason for words in _NO_CHANGE)
    if described["Status"] != "CREATE_COMPLETE" and not empty:
        raise Refusal(f"The change set {change_set} of {stack} is {described['Status']}: {reason}. Retry all actions.")
    live = _stack(clients.cloudformation, stack)
    change = Change(
        before=_parameters(live) if live else None,
        after=_parameters(described),
        resources=tuple(_told(described)),
        empty=empty,
    )
    template = (
        ""
        if empty
        else clients.cloudformation.get_template(StackName=stack, ChangeSetName=change_set, TemplateStage="Original")[
            "TemplateBody"
        ]
    )
    return Found(change, template)


def _whole(cloudformation: CloudFormation, stack: str, change_set: str) -> dict[str, Any]:
    """All pages of its changes."""
    request = {"StackName": stack, "ChangeSetName": change_set}
    page = dict(cloudformation.describe_change_set(**request))
    whole = page | {"Changes": list(page.get("Changes", []))}
    while page.get("NextToken"):
        page = dict(cloudformation.describe_change_set(**request, NextToken=page["NextToken"]))
        whole["Changes"] += page.get("Changes", [])
    return whole


def _stack(cloudformation: CloudFormation, name: str) -> Answer | None:
    """None where there is none, or only the place that a first change set is kept in."""
    try:
        stack: Answer = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in error.response.get("Error", {}).get("Message", ""):
            return None
        raise
    return None if stack["StackStatus"] in _NOTHING_THERE else stack


def _parameters(described: Answer) -> dict[str, str]:
    return {each["ParameterKey"]: each.get("ParameterValue", "") for each in described.get("Parameters", [])}


def _told(described: Answer) -> Iterator[str]:
    for each in described.get("Changes", []):
        change = each.get("ResourceChange", {})
        anew = " anew" if change.get("Replacement") == "True" else ""
        yield f"{str(change.get('Action', 'changes')).lower()}{anew} {change.get('LogicalResourceId', '?')}"
