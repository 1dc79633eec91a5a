"""Change sets of stacks that cannot be updated, and what becomes of those that were not executed."""

from __future__ import annotations

import json
import uuid

import pytest
from botocore.exceptions import ClientError, WaiterError

from tests.conftest import ClientOf

FAST = {"Delay": 0.1, "MaxAttempts": 300}
QUEUE = json.dumps({"Resources": {"It": {"Type": "AWS::SQS::Queue"}}})
LONGER = json.dumps({"Resources": {"It": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 1}}}})
REFUSED = json.dumps(
    {"Resources": {"It": {"Type": "AWS::SageMaker::Endpoint", "Properties": {"EndpointConfigName": "none"}}}}
)


@pytest.fixture
def name() -> str:
    return f"s-{uuid.uuid4().hex[:8]}"


def test_a_stack_whose_creation_failed_gets_no_change_set_of_an_update(client: ClientOf, name: str) -> None:
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=REFUSED)
    with pytest.raises(WaiterError):
        cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=FAST)
    with pytest.raises(ClientError) as refused:
        cloudformation.create_change_set(StackName=name, ChangeSetName="one", TemplateBody=QUEUE)
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    assert "is in ROLLBACK_COMPLETE state and can not be updated." in str(refused.value)


def test_what_is_executed_takes_every_other_change_set_of_the_stack_with_it(client: ClientOf, name: str) -> None:
    """So a change set that waits beside another one's execution is lost (user guide, "Execute a change set")."""
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=QUEUE)
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=FAST)
    for each in ("one", "other"):
        cloudformation.create_change_set(StackName=name, ChangeSetName=each, TemplateBody=LONGER)
    cloudformation.execute_change_set(StackName=name, ChangeSetName="one")
    cloudformation.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig=FAST)
    with pytest.raises(cloudformation.exceptions.ChangeSetNotFoundException):
        cloudformation.execute_change_set(StackName=name, ChangeSetName="other")
    with pytest.raises(ClientError):
        cloudformation.execute_change_set(StackName=name, ChangeSetName="one")
