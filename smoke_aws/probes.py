"""Roles that demand `aws:SourceAccount` of the service that takes them on: do CloudFormation and Lambda say for whom they act?

The template's own conditions hold whether or not a service says so, so the loop cannot tell. CloudFormation takes on a stack's role
as soon as it makes a resource, and Lambda tries a function's role when the function is made.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from smoke_aws.deadline import SmokeFailure
from smoke_aws.moments import Walk

_PERMITTED = {"cloudformation": "sns:*", "lambda": "logs:PutLogEvents"}
_SETTLING = 120.0  # seconds in which IAM makes a new role known everywhere
_STACK = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
_CANNOT = ("cannot be assumed", "is invalid or cannot", "not authorized to perform: sts:AssumeRole")


def probe(walk: Walk) -> None:
    with walk.moment("Probes") as said:
        found: dict[str, str] = {}
        for service, take_on in {"cloudformation": _make_stack, "lambda": _make_function}.items():
            found[service] = _probe(walk, service, take_on)
        walk.evidence.probes = found
        told = [f"{service}: {why or 'says for whom it acts'}" for service, why in found.items()]
        said.append(f"{'; '.join(told)}.")


def remove_probes(walk: Walk) -> list[str]:
    """What of the probes is there goes; what cannot, is returned."""
    left = []
    for service, undo in {"cloudformation": _delete_stack, "lambda": _delete_function}.items():
        name = _name(walk, service)
        for what, action in (("what was made with", undo), ("the role", _delete_role)):
            try:
                action(walk, name)
            except walk.client("iam").exceptions.NoSuchEntityException:
                continue
            except (BotoCoreError, ClientError) as error:
                left.append(f"{what} {name}: {error}")
    return left


def _name(walk: Walk, service: str) -> str:
    return f"{walk.project.settings.project}-probe-{service}"


def _probe(walk: Walk, service: str, take_on: Callable[[Walk, str, str], str]) -> str:
    """Empty where the role was taken on. IAM takes a while to make it known, so a refusal counts only after that."""
    name = _name(walk, service)
    role = _make_role(walk, name, service)
    last = [""]

    def look() -> bool | None:
        last[0] = take_on(walk, name, role)
        return None if last[0] else True

    try:
        walk.deadline.wait(service, look, at_most=_SETTLING)
    except SmokeFailure:
        return last[0]
    return ""


def _make_role(walk: Walk, name: str, service: str) -> str:
    iam = walk.client("iam")
    account = walk.client("sts").get_caller_identity()["Account"]
    only = {"StringEquals": {"aws:SourceAccount": account}}
    who = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    may = {"Effect": "Allow", "Action": _PERMITTED[service], "Resource": "*"}
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=_document({**who, "Condition": only}),
        Tags=[{"Key": key, "Value": value} for key, value in walk.project.tags.items()],
    )
    iam.put_role_policy(RoleName=name, PolicyName="Probe", PolicyDocument=_document(may))
    return str(made["Role"]["Arn"])


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _make_stack(walk: Walk, name: str, role: str) -> str:
    cloudformation = walk.client("cloudformation")
    try:
        cloudformation.create_stack(
            StackName=name,
            TemplateBody=json.dumps(_STACK),
            RoleARN=role,
            Tags=[{"Key": key, "Value": value} for key, value in walk.project.tags.items()],
        )
    except ClientError as error:
        return _refusal(error)

    def look() -> str | None:
        status = str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
        return None if status.endswith("_IN_PROGRESS") else status

    status = walk.deadline.wait(f"the stack {name}", look, at_most=_SETTLING)
    if status == "CREATE_COMPLETE":
        return ""
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    reasons = [each.get("ResourceStatusReason", "") for each in events if each["ResourceStatus"].endswith("FAILED")]
    _delete_stack(walk, name)
    return " ".join(filter(None, reasons)) or f"the stack is {status}"


def _make_function(walk: Walk, name: str, role: str) -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("probe.py")
        entry.external_attr = 0o100644 << 16
        archive.writestr(entry, "def handler(event, context):\n    return event\n")
    try:
        walk.client("lambda").create_function(
            FunctionName=name,
            Role=role,
            Runtime="python3.13",
            Handler="probe.handler",
            Code={"ZipFile": packed.getvalue()},
            Tags=walk.project.tags,
        )
    except ClientError as error:
        return _refusal(error)
    return ""


def _refusal(error: ClientError) -> str:
    """A role that cannot be taken on is what is looked for; any other refusal is a failure of the check."""
    if not any(words in str(error) for words in _CANNOT):
        raise SmokeFailure(f"the probe's {error.operation_name}", str(error))
    return str(error)


def _delete_stack(walk: Walk, name: str) -> None:
    """With the role that made it; a stack that is not there is deleted as well."""
    cloudformation = walk.client("cloudformation")
    cloudformation.delete_stack(StackName=name)
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName=name, WaiterConfig={"Delay": 2, "MaxAttempts": 60}
    )


def _delete_function(walk: Walk, name: str) -> None:
    functions = walk.client("lambda")
    try:
        functions.delete_function(FunctionName=name)
    except functions.exceptions.ResourceNotFoundException:
        return


def _delete_role(walk: Walk, name: str) -> None:
    iam = walk.client("iam")
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)
