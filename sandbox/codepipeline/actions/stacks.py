"""A stack or a change set as a CloudFormation action sees it: looked up, waited for, and why it failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from sandbox.codepipeline.actions.contract import ActionFailed, External, Work
from sandbox.store import Document

_FIRST, _LONGEST, _GROWTH = 0.05, 1.0, 1.5  # seconds between two looks
_TIMEOUT = 3 * 24 * 3600.0  # user guide, "Quotas": CloudFormation deployment action
_REASONS = 3
_SUCCEEDED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
_NOT_A_CAUSE = ("Resource creation cancelled", "Resource update cancelled")


def described(cloudformation: Any, name: str) -> Document | None:
    try:
        stack: Document = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in error.response["Error"].get("Message", ""):
            return None
        raise
    return stack


def failed(status: str) -> bool:
    """States that an update cannot start from (CloudFormation user guide, "Stack status codes")."""
    return status in ("ROLLBACK_COMPLETE",) or status.endswith("_FAILED")


def wait(work: Work, look: Callable[[], Document | None]) -> Document | None:
    """Look until nothing is in progress any more."""
    began, pause = work.clock.now(), _FIRST
    while True:
        found = look()
        status = "" if found is None else str(found.get("StackStatus") or found.get("Status"))
        if not status.endswith(("_IN_PROGRESS", "_PENDING")):
            return found
        if work.clock.now() - began > _TIMEOUT:
            raise ActionFailed("The action timed out: CloudFormation was not done within three days")
        if work.abandonment.wait(pause):
            raise ActionFailed("The action was abandoned")
        pause = min(pause * _GROWTH, _LONGEST)


def settled(work: Work, cloudformation: Any, stack_id: str, *, external: External, since: int) -> Document:
    """The stack, once it has succeeded; `since` is how many events it had before."""
    stack = wait(work, lambda: described(cloudformation, stack_id))
    if stack is None:
        raise ActionFailed("The stack was deleted while the action waited for it", external=external)
    if stack["StackStatus"] not in _SUCCEEDED:
        why = "; ".join(reasons(cloudformation, stack_id, since=since)) or stack.get("StackStatusReason", "")
        raise ActionFailed(f"Stack {stack['StackName']} is in {stack['StackStatus']}: {why}", external=external)
    return stack


def events(cloudformation: Any, stack_id: str) -> list[Document]:
    """In the order in which they happened; the API has the newest first."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id)
    return [event for page in pages for event in page["StackEvents"]][::-1]


def reasons(cloudformation: Any, stack_id: str, *, since: int) -> list[str]:
    """What went wrong first: the later ones mostly follow from it."""
    said = []
    for event in events(cloudformation, stack_id)[since:]:
        why = event.get("ResourceStatusReason", "")
        if event["ResourceStatus"].endswith("_FAILED") and why and not why.startswith(_NOT_A_CAUSE):
            said.append(f"{event['LogicalResourceId']}: {why}")
    return said[:_REASONS]


def url(work: Work, stack_id: str) -> str:
    region = work.settings.region
    return (
        f"https://{region}.console.aws.amazon.com/cloudformation/home?region={region}#/stack/detail?stackId={stack_id}"
    )
