"""No template holds the others up, or makes CloudFormation answer with anything but a ValidationError."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.plugin.bounded_templates import check_numbers, matches
from tests.conftest import ClientOf
from tests.faults.templates import Neighbour

TOPIC = {"Type": "AWS::SNS::Topic"}


def parameter(value: Any) -> dict[str, Any]:
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}


def test_a_pattern_that_backtracks_without_end_is_stopped() -> None:
    assert matches("P", "[a-z]+", "abc")
    assert not matches("P", "[a-z]+", "abc1")
    with pytest.raises(ValueError, match="'P' has an AllowedPattern that takes too long"):
        matches("P", "(a|aa)+$", "a" * 100 + "!")
    with pytest.raises(ValueError, match="'P' has an invalid AllowedPattern"):
        matches("P", "[", "a")


@pytest.mark.parametrize("template", [{"a": [1, {"b": 10**400}]}, {10**400: 1}])
def test_a_number_that_cannot_be_written_down_is_refused(template: Any) -> None:
    with pytest.raises(ValueError, match="a number of 1329 bits"):
        check_numbers(template)
    check_numbers({"a": [2**1_000, -(2**63), True, "9" * 10_000]})


HOSTILE: dict[str, tuple[dict[str, Any], str]] = {
    "a pattern": (
        {"Parameters": {"P": {"Type": "String", "AllowedPattern": "(a|aa)+$", "Default": "a" * 100 + "!"}}},
        "takes too long",
    ),
    "conditions in a circle": (
        {"Conditions": {"A": {"Fn::Not": [{"Condition": "B"}]}, "B": {"Fn::Not": [{"Condition": "A"}]}}},
        "refers to itself in a circle|Circular",
    ),
    "a long parameter": ({"Parameters": {"P": {"Type": "String", "Default": "x" * 5_000}}}, "at most 4096"),
    "a wide number": ({"Metadata": {"a": 16**2_000}}, "a number of 8001 bits"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_template_is_refused_while_others_are_answered(client: ClientOf, kind: str) -> None:
    given, reason = HOSTILE[kind]
    template = json.dumps({**given, "Resources": {"T": TOPIC}})
    with Neighbour(client) as neighbour:
        with pytest.raises(ClientError, match=reason) as refused:
            client("cloudformation").create_stack(StackName="hostile", TemplateBody=template)
        neighbour.wait_for_answers(3)
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    assert not neighbour.failures


def test_a_text_that_doubles_from_resource_to_resource_fails_its_stack(client: ClientOf) -> None:
    cloudformation = client("cloudformation")
    resources = {"R0": parameter("x" * 1_000)}
    for number in range(1, 40):
        resources[f"R{number}"] = parameter({"Fn::Join": ["", [{"Fn::GetAtt": [f"R{number - 1}", "Value"]}] * 2]})
    with Neighbour(client) as neighbour:
        cloudformation.create_stack(StackName="doubling", TemplateBody=json.dumps({"Resources": resources}))
        with pytest.raises(Exception, match="ROLLBACK_COMPLETE"):
            cloudformation.get_waiter("stack_create_complete").wait(StackName="doubling", WaiterConfig={"Delay": 1})
        neighbour.wait_for_answers(3)
    events = cloudformation.describe_stack_events(StackName="doubling")["StackEvents"]
    assert any("at most" in event.get("ResourceStatusReason", "") for event in events)
    assert not neighbour.failures
