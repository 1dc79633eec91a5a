"""Deploy by CloudFormation in two actions: a change set is made, and, mostly after an approval, carried out."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from sandbox.codepipeline.actions.contract import ActionFailed, Done, External, Work
from sandbox.codepipeline.actions.deployed import outcome, outputs_of
from sandbox.codepipeline.actions.stacks import described, events, url, wait
from sandbox.codepipeline.actions.templates import stack_request

_NO_CHANGE = ("No updates are to be performed", "didn't contain changes")
_GONE = ("ChangeSetNotFound", "ChangeSetNotFoundException")


def replace_change_set(work: Work, cloudformation: Any) -> Done:
    """An existing change set of the name is deleted first."""
    names = {"StackName": work.configuration["StackName"], "ChangeSetName": _change_set(work)}
    stack = described(cloudformation, names["StackName"])
    fresh = stack is None or stack["StackStatus"] == "REVIEW_IN_PROGRESS"
    if stack is not None:
        _clear(cloudformation, names)
    kind = "CREATE" if fresh else "UPDATE"
    identity = cloudformation.create_change_set(
        **stack_request(work), ChangeSetName=_change_set(work), ChangeSetType=kind
    )
    external = External(id=identity["Id"], url=url(work, identity["StackId"]))
    work.say(external=external)
    made = wait(work, lambda: dict(cloudformation.describe_change_set(**names))) or {}
    why = made.get("StatusReason", "")
    if made.get("Status") != "CREATE_COMPLETE" and not any(words in why for words in _NO_CHANGE):
        raise ActionFailed(f"Change set {names['ChangeSetName']} is in {made.get('Status')}: {why}", external=external)
    return Done(summary=f"Change set {names['ChangeSetName']} was created", external=external)


def execute_change_set(work: Work, cloudformation: Any) -> Done:
    names = {"StackName": work.configuration["StackName"], "ChangeSetName": _change_set(work)}
    made = cloudformation.describe_change_set(**names)
    stack = described(cloudformation, made["StackId"])
    if stack is not None and made["Status"] == "FAILED" and any(words in made["StatusReason"] for words in _NO_CHANGE):
        return outputs_of(work, stack)
    if stack is not None and made["ExecutionStatus"] == "EXECUTE_COMPLETE":  # by this action, which was cut off then
        return outputs_of(work, stack)
    since = len(events(cloudformation, made["StackId"]))
    cloudformation.execute_change_set(**names)
    return outcome(work, cloudformation, made["StackId"], since=since)


def _clear(cloudformation: Any, names: dict[str, str]) -> None:
    try:
        cloudformation.delete_change_set(**names)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise


def _change_set(work: Work) -> str:
    if "ChangeSetName" not in work.configuration:
        raise ActionFailed("ChangeSetName is required with this ActionMode", code="ConfigurationError")
    return work.configuration["ChangeSetName"]
