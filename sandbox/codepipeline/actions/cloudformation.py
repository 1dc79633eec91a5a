"""Deploy by CloudFormation: a stack is made, changed, replaced or deleted; a change set is made or carried out.

CloudFormation user guide, "Configuration properties reference" of CodePipeline's actions (ActionMode).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from sandbox.codepipeline.actions.change_sets import execute_change_set, replace_change_set
from sandbox.codepipeline.actions.contract import ActionFailed, Done, External, Work
from sandbox.codepipeline.actions.deployed import outcome, outputs_of
from sandbox.codepipeline.actions.stacks import described, events, failed, url, wait
from sandbox.codepipeline.actions.templates import stack_policy, stack_request
from sandbox.store import Document

_NO_CHANGE = "No updates are to be performed"


def deploy(work: Work) -> Done:
    mode = work.configuration["ActionMode"]
    if mode not in _MODES:
        raise ActionFailed(f"ActionMode '{mode}' is none of {', '.join(_MODES)}", code="ConfigurationError")
    return _MODES[mode](work, work.actor.client("cloudformation"))


def _create_or_update(work: Work, cloudformation: Any) -> Done:
    name, request = work.configuration["StackName"], _with_policy(work)
    stack = described(cloudformation, name)
    if stack is not None and failed(stack["StackStatus"]):
        external = External(id=stack["StackId"], url=url(work, stack["StackId"]))
        raise ActionFailed(
            f"Stack:{stack['StackId']} is in {stack['StackStatus']} state and can not be updated.",
            external=external,
        )
    return _created(work, cloudformation, request) if stack is None else _updated(work, cloudformation, stack, request)


def _replace_on_failure(work: Work, cloudformation: Any) -> Done:
    stack = described(cloudformation, work.configuration["StackName"])
    if stack is not None and failed(stack["StackStatus"]):
        cloudformation.delete_stack(StackName=stack["StackId"], **_role(work))
        _deleted(work, cloudformation, stack)
    return _create_or_update(work, cloudformation)


def _created(work: Work, cloudformation: Any, request: Document) -> Done:
    identity = cloudformation.create_stack(**request)["StackId"]
    return outcome(work, cloudformation, identity, since=0)


def _updated(work: Work, cloudformation: Any, stack: Document, request: Document) -> Done:
    since = len(events(cloudformation, stack["StackId"]))
    try:
        cloudformation.update_stack(**request)
    except ClientError as error:
        if _NO_CHANGE not in error.response["Error"].get("Message", ""):
            raise
        return outputs_of(work, stack)
    return outcome(work, cloudformation, stack["StackId"], since=since)


def _delete(work: Work, cloudformation: Any) -> Done:
    stack = described(cloudformation, work.configuration["StackName"])
    if stack is not None:
        cloudformation.delete_stack(StackName=stack["StackId"], **_role(work))
        _deleted(work, cloudformation, stack)
    return Done(summary=f"Stack {work.configuration['StackName']} is deleted")


def _deleted(work: Work, cloudformation: Any, stack: Document) -> None:
    left = wait(work, lambda: described(cloudformation, stack["StackId"]))
    if left is not None and left["StackStatus"] != "DELETE_COMPLETE":
        why = left.get("StackStatusReason", "")
        raise ActionFailed(f"Stack {stack['StackName']} is in {left['StackStatus']}: {why}")


def _with_policy(work: Work) -> Document:
    policy = stack_policy(work)
    return stack_request(work) | ({"StackPolicyBody": policy} if policy else {})


def _role(work: Work) -> dict[str, str]:
    return {"RoleARN": work.configuration["RoleArn"]} if "RoleArn" in work.configuration else {}


_MODES: Mapping[str, Callable[[Work, Any], Done]] = {
    "CREATE_UPDATE": _create_or_update,
    "DELETE_ONLY": _delete,
    "REPLACE_ON_FAILURE": _replace_on_failure,
    "CHANGE_SET_REPLACE": replace_change_set,
    "CHANGE_SET_EXECUTE": execute_change_set,
}
