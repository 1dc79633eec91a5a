"""Booleans, numbers and null in templates: as CloudFormation reads them, through boto3 and alone."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.plugin.scalars import as_read
from tests.conftest import ClientOf

FAST = {"Delay": 0.1, "MaxAttempts": 300}
SWITCHED = """
Parameters:
  Capture:
    Type: String
    Default: true
    AllowedValues: [true, false]
  Mode:
    Type: String
    Default: 0755
  Day:
    Type: String
    Default: 2026-11-27
Mappings:
  Places:
    111122223333: {Open: yes}
Conditions:
  On: !Equals [!Ref Capture, true]
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Condition: On
    Properties:
      Tags: [{Key: open, Value: YES}, {Key: depth, Value: 7}]
  Always:
    Type: AWS::SNS::Topic
Outputs:
  Said: {Value: !Ref Capture}
  Joined: {Value: !Join ["-", [!Ref Mode, true, !FindInMap [Places, 111122223333, Open]]]}
  Substituted: {Value: !Sub "${Capture} on ${Day}"}
  Chosen: {Value: !If [On, on, off]}
"""


class Stack:
    """A stack of a name of its own."""

    def __init__(self, client: ClientOf) -> None:
        self.cloudformation, self.client = client("cloudformation"), client
        self.name = f"s-{uuid.uuid4().hex[:8]}"

    def create(self, template: str, **parameters: str) -> dict[str, str]:
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
        self.cloudformation.create_stack(StackName=self.name, TemplateBody=template, Parameters=given)
        self.cloudformation.get_waiter("stack_create_complete").wait(StackName=self.name, WaiterConfig=FAST)
        (stack,) = self.cloudformation.describe_stacks(StackName=self.name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def resources(self) -> dict[str, str]:
        found = self.cloudformation.describe_stack_resources(StackName=self.name)["StackResources"]
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}


def test_a_default_of_true_is_the_text_true_everywhere(client: ClientOf) -> None:
    stack = Stack(client)
    outputs = stack.create(SWITCHED)
    assert outputs == {
        "Said": "true",
        "Joined": "493-true-true",
        "Substituted": "true on 2026-11-27",
        "Chosen": "true",
    }
    tags = client("sns").list_tags_for_resource(ResourceArn=stack.resources()["Topic"])["Tags"]
    assert {"open": "true", "depth": "7"}.items() <= {tag["Key"]: tag["Value"] for tag in tags}.items()


@pytest.mark.parametrize(("value", "made"), [("true", ["Always", "Topic"]), ("false", ["Always"])])
def test_a_given_value_is_held_against_yamls_booleans(client: ClientOf, value: str, made: list[str]) -> None:
    stack = Stack(client)
    assert stack.create(SWITCHED, Capture=value)["Said"] == value
    assert sorted(stack.resources()) == made


def test_pythons_spelling_is_refused(client: ClientOf) -> None:
    with pytest.raises(ClientError, match="True"):
        Stack(client).create(SWITCHED, Capture="True")


def test_json_says_the_same(client: ClientOf) -> None:
    template = {
        "Parameters": {"Capture": {"Type": "String", "Default": True, "AllowedValues": [True, False]}},
        "Resources": {"Always": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"Said": {"Value": {"Ref": "Capture"}}},
    }
    assert Stack(client).create(json.dumps(template)) == {"Said": "true"}


@pytest.mark.parametrize(
    ("template", "where"),
    [
        (
            {"Resources": {"It": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": None}}}},
            "/Resources/It/Type/TopicName",
        ),
        ({"Mappings": {"A": {"b": {"C": None}}}, "Resources": {"It": {"Type": "AWS::SNS::Topic"}}}, "/Mappings/A/b/C"),
        ({"Outputs": None, "Resources": {"It": {"Type": "AWS::SNS::Topic"}}}, "/Outputs"),
    ],
)
def test_a_null_is_refused_with_its_place(client: ClientOf, template: dict[str, Any], where: str) -> None:
    with pytest.raises(ClientError) as error:
        Stack(client).create(json.dumps(template))
    told = error.value.response["Error"]
    assert (told["Code"], f"[{where}] 'null' values are not allowed in templates" in told["Message"]) == (
        "ValidationError",
        True,
    )


def test_a_boolean_property_stays_a_boolean() -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"FifoQueue": True, "DelaySeconds": 5}}
    branch = {"Fn::If": [True, False, 1]}
    read = as_read(
        {"Resources": {"Q": queue, "R": {"Type": "AWS::S3::Bucket", "Properties": {"ObjectLockEnabled": branch}}}}
    )
    assert read["Resources"]["Q"] == queue
    assert read["Resources"]["R"]["Properties"]["ObjectLockEnabled"] == {"Fn::If": ["true", False, 1]}


def test_what_a_nested_stack_and_a_function_are_given_is_text() -> None:
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"Capture": True, "Count": 2}}}
    function = {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": {"CAPTURE": False}}}}
    read = as_read({"Resources": {"N": nested, "F": function}})["Resources"]
    assert read["N"]["Properties"]["Parameters"] == {"Capture": "true", "Count": "2"}
    assert read["F"]["Properties"]["Environment"]["Variables"] == {"CAPTURE": "false"}
