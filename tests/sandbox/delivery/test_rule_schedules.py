"""Rules with schedules that EventBridge refuses, by PutRule and by CloudFormation."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from tests.conftest import ClientOf
from tests.sandbox.stacks import OneResource

INVALID = "Parameter ScheduleExpression is not valid."
REFUSED = (
    "rate(1 minutes)",
    "rate(5 minute)",
    "rate(0 days)",
    "cron(60 10 * * ? *)",
    "cron(0 24 * * ? *)",
    "cron(0 9 ? * 0 *)",
    "cron(0 10 ? * ? *)",
    "cron(*/60 * * * ? *)",
    "cron(0 10 * * *)",
    "at(2027-01-01T00:00:00)",
    "every day",
)


@pytest.mark.parametrize("expression", REFUSED)
def test_a_schedule_that_never_falls_due_is_refused(client: ClientOf, expression: str) -> None:
    with pytest.raises(ClientError) as error:
        client("events").put_rule(Name=f"r-{uuid.uuid4().hex[:8]}", ScheduleExpression=expression)
    told = error.value.response["Error"]
    assert (told["Code"], told["Message"]) == ("ValidationException", INVALID)


@pytest.mark.parametrize("expression", ["rate(1 minutes)", "cron(0 10 ? * ? *)"])
def test_cloudformation_refuses_it_too_and_no_rule_is_left(client: ClientOf, expression: str) -> None:
    stack, name = OneResource(client, "AWS::Events::Rule"), f"r-{uuid.uuid4().hex[:8]}"
    assert INVALID in stack.refusal({"Name": name, "ScheduleExpression": expression})
    assert client("events").list_rules(NamePrefix=name)["Rules"] == []


def test_an_update_to_it_is_rolled_back(client: ClientOf) -> None:
    stack, name = OneResource(client, "AWS::Events::Rule"), f"r-{uuid.uuid4().hex[:8]}"
    stack.create({"Name": name, "ScheduleExpression": "rate(1 minute)"})
    with pytest.raises(WaiterError):
        stack.update({"Name": name, "ScheduleExpression": "rate(1 minutes)"})
    assert client("events").describe_rule(Name=name)["ScheduleExpression"] == "rate(1 minute)"


@pytest.mark.parametrize(
    "expression", ["rate(1 minute)", "rate(5 minutes)", "cron(0 10 * * ? *)", "cron(0/5 8-17 ? * MON-FRI *)"]
)
def test_a_schedule_that_recurs_is_taken(client: ClientOf, expression: str) -> None:
    name, events = f"r-{uuid.uuid4().hex[:8]}", client("events")
    events.put_rule(Name=name, ScheduleExpression=expression, State="DISABLED")
    assert events.describe_rule(Name=name)["ScheduleExpression"] == expression
    events.delete_rule(Name=name)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({}, "EventPattern or ScheduleExpression must be specified"),
        ({"EventBusName": "mine", "ScheduleExpression": "rate(1 hour)"}, "only on the default event bus"),
    ],
)
def test_a_rule_needs_what_can_start_it(client: ClientOf, rule: dict[str, Any], told: str) -> None:
    events = client("events")
    if rule and not events.list_event_buses(NamePrefix="mine")["EventBuses"]:
        events.create_event_bus(Name="mine")
    with pytest.raises(ClientError, match=told):
        events.put_rule(Name=f"r-{uuid.uuid4().hex[:8]}", **rule)
