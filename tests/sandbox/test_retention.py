"""What a stack leaves behind whose creation is rolled back, by the policy of each resource.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
"""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from tests.conftest import ClientOf
from tests.sandbox.stacks import FAST, OneResource

KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "AWS::S3::Bucket": ("BucketName", {}),
    "AWS::SageMaker::ModelPackageGroup": ("ModelPackageGroupName", {}),
}


@pytest.fixture(name="unique")
def unique_name() -> str:
    return f"kept-{uuid.uuid4().hex[:8]}"


def attempt(client: ClientOf, name: str, *, policy: str, fails: bool) -> None:
    """A bucket and a group of this name; and, where it is to fail, a queue after them that cannot be."""
    kept: dict[str, Any] = {
        str(number): {"Type": kind, "DeletionPolicy": policy, "Properties": {called: name}}
        for number, (kind, (called, _)) in enumerate(KINDS.items())
    }
    resources = {f"Kept{number}": one for number, one in kept.items()}
    if fails:
        never = {"QueueName": "never.fifo", "FifoQueue": False}
        resources["Never"] = {"Type": "AWS::SQS::Queue", "DependsOn": [*resources], "Properties": never}
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources}))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=FAST)


def left(client: ClientOf, name: str) -> set[str]:
    buckets = {each["Name"] for each in client("s3").list_buckets()["Buckets"]}
    groups = client("sagemaker").list_model_package_groups(NameContains=name)["ModelPackageGroupSummaryList"]
    return {"bucket" for _ in {name} & buckets} | {"group" for _ in groups}


def roll_back(client: ClientOf, name: str, policy: str) -> None:
    with pytest.raises(WaiterError):
        attempt(client, name, policy=policy, fails=True)
    client("cloudformation").delete_stack(StackName=name)
    client("cloudformation").get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig=FAST)


def test_what_is_retained_without_exception_is_in_the_way_of_the_next_attempt(client: ClientOf, unique: str) -> None:
    roll_back(client, unique, "Retain")
    assert left(client, unique) == {"bucket", "group"}
    with pytest.raises(WaiterError):
        attempt(client, unique, policy="Retain", fails=False)


def test_what_is_retained_except_on_create_goes_with_a_creation_that_is_rolled_back(
    client: ClientOf, unique: str
) -> None:
    roll_back(client, unique, "RetainExceptOnCreate")
    assert left(client, unique) == set()
    attempt(client, unique, policy="RetainExceptOnCreate", fails=False)
    client("cloudformation").delete_stack(StackName=unique)
    client("cloudformation").get_waiter("stack_delete_complete").wait(StackName=unique, WaiterConfig=FAST)
    assert left(client, unique) == {"bucket", "group"}


def test_a_named_resource_is_not_replaced_and_aws_words_say_so(client: ClientOf, unique: str) -> None:
    """A group's description can be given at its creation alone."""
    stack = OneResource(client, "AWS::SageMaker::ModelPackageGroup")
    group = {"ModelPackageGroupName": unique, "ModelPackageGroupDescription": "first"}
    stack.create(group)
    with pytest.raises(WaiterError):
        stack.update({**group, "ModelPackageGroupDescription": "second"})
    events = client("cloudformation").describe_stack_events(StackName=stack.name)["StackEvents"]
    reasons = " ".join(event.get("ResourceStatusReason", "") for event in events)
    assert "CloudFormation cannot update a stack when a custom-named resource requires replacing" in reasons
    described = client("sagemaker").describe_model_package_group(ModelPackageGroupName=unique)
    assert described["ModelPackageGroupDescription"] == "first"
