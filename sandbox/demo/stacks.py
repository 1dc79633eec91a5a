"""One CloudFormation stack brought to a template, and what it put out: what CodePipeline's CloudFormation action does.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sandbox.demo.failure import DemoFailure

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

_POLL = 0.1
_UNCHANGED = "No updates are to be performed"
_LEFT_OVER = {"ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED", "REVIEW_IN_PROGRESS"}  # never updatable
_DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


@dataclass(frozen=True)
class Stack:
    """What a stack should be."""

    name: str
    template: Path
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


def deploy(cloudformation: CloudFormationClient, stack: Stack) -> dict[str, str]:
    """Create or update; unchanged is as good. Returns the outputs, or raises the first resource's reason."""
    present = _describe(cloudformation, stack.name)
    if present is not None and present["StackStatus"] in _LEFT_OVER:
        cloudformation.delete_stack(StackName=stack.name)
        _settled(cloudformation, stack.name)
        present = None
    wanted: dict[str, Any] = {
        "StackName": stack.name,
        "TemplateBody": stack.template.read_text(),
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in stack.parameters.items()],
        "Tags": [{"Key": key, "Value": value} for key, value in stack.tags.items()],
        "Capabilities": ["CAPABILITY_IAM"],
    }
    if present is None:
        cloudformation.create_stack(**wanted, OnFailure="ROLLBACK")
    else:
        _update(cloudformation, wanted)
    settled = _settled(cloudformation, stack.name)
    if settled is None or settled["StackStatus"] not in _DONE:
        status = "gone" if settled is None else settled["StackStatus"]
        raise DemoFailure(f"stack {stack.name}", f"{_first_fault(cloudformation, stack.name)} (the stack is {status})")
    return {output["OutputKey"]: output["OutputValue"] for output in settled.get("Outputs", [])}


def _update(cloudformation: CloudFormationClient, wanted: dict[str, Any]) -> None:
    try:
        cloudformation.update_stack(**wanted)
    except ClientError as error:
        if _UNCHANGED not in str(error):
            raise


def _describe(cloudformation: CloudFormationClient, name: str) -> StackTypeDef | None:
    """An unknown stack is a ValidationError on AWS."""
    try:
        return cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return None


def _settled(cloudformation: CloudFormationClient, name: str) -> StackTypeDef | None:
    while (found := _describe(cloudformation, name)) is not None:
        if found["StackStatus"] == "DELETE_COMPLETE":
            return None
        if not found["StackStatus"].endswith("_IN_PROGRESS"):
            return found
        time.sleep(_POLL)
    return None


def _first_fault(cloudformation: CloudFormationClient, name: str) -> str:
    """Events come newest first; the oldest failure of the last operation is the cause, the rest are its wake."""
    reason = "no resource gave a reason"
    for event in cloudformation.describe_stack_events(StackName=name)["StackEvents"]:
        if event.get("ResourceStatus", "").endswith("_FAILED") and event.get("ResourceStatusReason"):
            reason = f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"
        if event.get("PhysicalResourceId") == event.get("StackId") and event.get("ResourceStatus") in (
            "CREATE_IN_PROGRESS",
            "UPDATE_IN_PROGRESS",
        ):
            break
    return reason
