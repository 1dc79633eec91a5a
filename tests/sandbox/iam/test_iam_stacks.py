"""CloudFormation changes a stack's resources in the name of the stack's role, or else of the caller."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf
from tests.sandbox.iam.conftest import MakeRole, Role, allow

CLOUDFORMATION = {"Service": "cloudformation.amazonaws.com"}
STACKS = allow("cloudformation:*")
CHANGE_GROUPS = allow(["sagemaker:*ModelPackageGroup", "sagemaker:AddTags"])  # CloudFormation tags what it makes


def _template(group: str, **properties: object) -> str:
    made = {"Type": "AWS::SageMaker::ModelPackageGroup", "Properties": {"ModelPackageGroupName": group, **properties}}
    return json.dumps({"Resources": {"Group": made}})


def _settled(client: ClientOf, stack: str) -> str:
    """A new stack's status once it is done, and why its resource failed if it did."""
    cloudformation = client("cloudformation")
    with suppress(WaiterError):  # a failure is a status like another one here
        cloudformation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.1})
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events if "FAILED" in event["ResourceStatus"]]
    return "; ".join([cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"], *reasons])


def _passing(handed: Role) -> dict[str, object]:
    return allow("iam:PassRole", handed.arn)


def test_a_stack_with_a_role_is_made_by_the_role_alone(role: MakeRole, client: ClientOf, unique: str) -> None:
    may = role(CHANGE_GROUPS, trusted=CLOUDFORMATION)
    caller = role(STACKS, _passing(may))
    caller.client("cloudformation").create_stack(StackName=unique, TemplateBody=_template(unique), RoleARN=may.arn)
    assert _settled(client, unique) == "CREATE_COMPLETE"


def test_a_role_that_may_not_change_a_resource_fails_it_by_name(role: MakeRole, client: ClientOf, unique: str) -> None:
    only_another = f"arn:aws:sagemaker:*:*:model-package-group/{unique}-other"
    may_not = role(allow("sagemaker:*", only_another), trusted=CLOUDFORMATION)
    client("cloudformation").create_stack(StackName=unique, TemplateBody=_template(unique), RoleARN=may_not.arn)
    said = _settled(client, unique)
    assert said.startswith("ROLLBACK_COMPLETE")
    assert f"assumed-role/{may_not.name}/AWSCloudFormation is not authorized to perform" in said
    assert "sagemaker:CreateModelPackageGroup on resource: arn:aws:sagemaker:us-east-1:000000000000" in said


def test_a_stack_without_a_role_is_made_by_its_caller(role: MakeRole, client: ClientOf, unique: str) -> None:
    role(STACKS).client("cloudformation").create_stack(StackName=unique, TemplateBody=_template(unique))
    assert "not authorized to perform: sagemaker:CreateModelPackageGroup" in _settled(client, unique)


def test_a_stack_keeps_its_role_for_what_follows(role: MakeRole, client: ClientOf, unique: str) -> None:
    """So who may only delete the stack deletes what it holds, and needs no permission for that."""
    may = role(CHANGE_GROUPS, trusted=CLOUDFORMATION)
    client("cloudformation").create_stack(StackName=unique, TemplateBody=_template(unique), RoleARN=may.arn)
    assert _settled(client, unique) == "CREATE_COMPLETE"
    role(STACKS).client("cloudformation").delete_stack(StackName=unique)
    client("cloudformation").get_waiter("stack_delete_complete").wait(StackName=unique, WaiterConfig={"Delay": 0.1})
    with pytest.raises(ClientError, match="does not exist"):
        client("sagemaker").describe_model_package_group(ModelPackageGroupName=unique)


def test_a_change_set_is_executed_in_the_name_of_its_role(role: MakeRole, client: ClientOf, unique: str) -> None:
    may_not = role(trusted=CLOUDFORMATION)
    cloudformation = client("cloudformation")
    change: dict[str, Any] = {"StackName": unique, "ChangeSetName": "first"}
    cloudformation.create_change_set(
        **change, ChangeSetType="CREATE", TemplateBody=_template(unique), RoleARN=may_not.arn
    )
    cloudformation.get_waiter("change_set_create_complete").wait(**change, WaiterConfig={"Delay": 0.1})
    cloudformation.execute_change_set(**change)
    assert f"assumed-role/{may_not.name}" in _settled(client, unique)


def test_a_role_that_keeps_cloudformation_out_makes_no_stack(role: MakeRole, client: ClientOf, unique: str) -> None:
    closed = role(allow("*"), trusted={"Service": "lambda.amazonaws.com"})
    with pytest.raises(ClientError, match=f"sts:AssumeRole on resource: {closed.arn}"):
        client("cloudformation").create_stack(StackName=unique, TemplateBody=_template(unique), RoleARN=closed.arn)


def test_a_role_can_trust_cloudformation_for_one_stack_only(
    role: MakeRole, client: ClientOf, unique: str, sandbox: SandboxSettings
) -> None:
    stack = f"arn:aws:cloudformation:{sandbox.region}:{sandbox.account}:stack/{unique}/*"
    may = role(allow("sagemaker:*"), trusted=CLOUDFORMATION, ArnLike={"aws:SourceArn": stack})
    with pytest.raises(ClientError, match="sts:AssumeRole"):
        client("cloudformation").create_stack(
            StackName=f"{unique}-other", TemplateBody=_template(unique), RoleARN=may.arn
        )
    client("cloudformation").create_stack(StackName=unique, TemplateBody=_template(unique), RoleARN=may.arn)
    assert _settled(client, unique) == "CREATE_COMPLETE"
