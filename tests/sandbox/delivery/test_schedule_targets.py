"""What a schedule's target stands for is called by its role, with the context attributes of the attempt."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.delivery import universal
from sandbox.delivery.delivery import Delivery, Source
from sandbox.delivery.failures import RoleRefused, failure_of
from sandbox.delivery.retries import Exhausted
from sandbox.delivery.schedule_targets import ScheduleTargets
from sandbox.delivery.validation import check_schedule
from sandbox.errors import NotInTheSandbox, ServiceError, ValidationError
from tests.sandbox.delivery.callers import ROLE, SCHEDULE, Recorder, queue_url
from tests.sandbox.delivery.sample_deliveries import THROTTLED

ARN = "arn:aws:{}:us-east-1:000000000000:{}"
SDK = "arn:aws:scheduler:::aws-sdk:"
MOMENT = 1_800_000_000.0  # 2027-01-15T08:00:00Z


def delivery(**target: Any) -> Delivery:
    return Delivery(
        source=Source.SCHEDULE, name="s", arn=SCHEDULE, target={"RoleArn": ROLE, **target}, payload=target.get("Input", ""),
        accepted=0, due=0, scheduled=MOMENT, attempts=2, id="0123456789abcdef",
    )  # fmt: skip


def called(answers: dict[str, Any] | None = None, **target: Any) -> list[tuple[str, dict[str, Any]]]:
    role = Recorder(answers)
    ScheduleTargets(take_on=role, queue_url=queue_url).deliver(delivery(**target))
    assert role.taken_on == [
        {
            "service": "scheduler",
            "session": "s",
            "source_arn": "arn:aws:scheduler:us-east-1:000000000000:schedule-group/g",
        }
    ]
    return role.calls


@pytest.mark.parametrize(
    ("target", "call", "request_"),
    [
        (
            {"Arn": ARN.format("codepipeline", "p")},
            "codepipeline:StartPipelineExecution",
            {"name": "p", "clientRequestToken": "scheduler-0123456789abcdef"},
        ),
        (
            {"Arn": ARN.format("lambda", "function:f"), "Input": '{"a": 1}'},
            "lambda:Invoke",
            {"FunctionName": ARN.format("lambda", "function:f"), "InvocationType": "Event", "Payload": b'{"a": 1}'},
        ),
        (
            {"Arn": ARN.format("sns", "t"), "Input": "x"},
            "sns:Publish",
            {"TopicArn": ARN.format("sns", "t"), "Message": "x"},
        ),
        (
            {"Arn": ARN.format("states", "stateMachine:m"), "Input": "{}"},
            "stepfunctions:StartExecution",
            {"stateMachineArn": ARN.format("states", "stateMachine:m"), "input": "{}"},
        ),
        (
            {
                "Arn": SDK + "sfn:startExecution",
                "Input": json.dumps({"StateMachineArn": ARN.format("states", "stateMachine:m")}),
            },
            "stepfunctions:StartExecution",
            {"stateMachineArn": ARN.format("states", "stateMachine:m")},
        ),
        (
            {
                "Arn": SDK + "codepipeline:startPipelineExecution",
                "Input": '{"Name": "p", "Variables": [{"Name": "v", "Value": "1"}]}',
            },
            "codepipeline:StartPipelineExecution",
            {"name": "p", "variables": [{"name": "v", "value": "1"}]},
        ),
    ],
)
def test_a_target_is_called_by_its_role(target: dict[str, Any], call: str, request_: dict[str, Any]) -> None:
    assert called(**target) == [(call, request_)]


def test_the_context_attributes_are_those_of_the_attempt() -> None:
    wanted = {
        "PipelineName": "train",
        "PipelineExecutionDescription": "<aws.scheduler.schedule-arn> <aws.scheduler.execution-id>",
        "PipelineParameters": [{"Name": "As", "Value": "<aws.scheduler.scheduled-time>"}],
        "ClientRequestToken": "retraining-as-scheduled-<aws.scheduler.attempt-number>-aaaaaaaa",
    }
    [(call, request)] = called(Arn=SDK + "sagemaker:startPipelineExecution", Input=json.dumps(wanted))
    assert call == "sagemaker:StartPipelineExecution"
    assert request["PipelineExecutionDescription"] == f"{SCHEDULE} 0123456789abcdef"
    assert request["PipelineParameters"] == [{"Name": "As", "Value": "2027-01-15T08:00:00Z"}]
    assert request["ClientRequestToken"] == "retraining-as-scheduled-2-aaaaaaaa"


def test_without_input_a_templated_target_is_sent_schedulers_notification() -> None:
    [(_, request)] = called(Arn=ARN.format("sqs", "q"))
    event = json.loads(request["MessageBody"])
    assert (event["source"], event["detail-type"], event["time"]) == (
        "aws.scheduler",
        "Scheduled Event",
        "2027-01-15T08:00:00Z",
    )
    assert event["resources"] == [SCHEDULE]


def test_an_event_that_the_bus_refuses_is_a_failure() -> None:
    bus = {
        "Arn": ARN.format("events", "event-bus/b"),
        "EventBridgeParameters": {"Source": "s", "DetailType": "t"},
        "Input": "{}",
    }
    refused = {"PutEvents": {"Entries": [{"ErrorCode": "MalformedDetail", "ErrorMessage": "no"}]}}
    with pytest.raises(ValidationError, match="MalformedDetail"):
        called(refused, **bus)
    [(_, request)] = called({"PutEvents": {"Entries": [{"EventId": "e"}]}}, **bus)
    assert request["Entries"] == [{"EventBusName": bus["Arn"], "Source": "s", "DetailType": "t", "Detail": "{}"}]


def test_a_role_of_another_is_refused() -> None:
    with pytest.raises(RoleRefused):
        called(Arn=ARN.format("sqs", "q"), RoleArn=ROLE + "-other")


def test_a_dead_letter_is_written_by_the_role_and_says_which_schedule_and_when() -> None:
    role = Recorder()
    dead = replace(
        delivery(Arn=ARN.format("sqs", "q"), DeadLetterConfig={"Arn": ARN.format("sqs", "dlq")}), payload="it"
    )
    assert ScheduleTargets(take_on=role, queue_url=queue_url).send_to_dlq(dead, failure_of(THROTTLED), Exhausted.AGE)
    [(call, letter)] = role.calls
    assert (call, letter["QueueUrl"], letter["MessageBody"]) == (
        "sqs:SendMessage",
        "http://queues/000000000000/dlq",
        "it",
    )
    assert {name: given["StringValue"] for name, given in letter["MessageAttributes"].items()} == {
        "SCHEDULE_ARN": SCHEDULE,
        "TARGET_ARN": dead.target["Arn"],
        "ERROR_CODE": "ThrottlingException",
        "ERROR_MESSAGE": "no",
        "EXECUTION_ID": dead.id,
        "SCHEDULED_TIME": "2027-01-15T08:00:00Z",
        "EXHAUSTED_RETRY_CONDITION": "MaximumEventAgeInSeconds",
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": "1",
    }


GOOD: dict[str, Any] = {
    "ScheduleExpression": "rate(5 minutes)",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {"Arn": ARN.format("sqs", "q"), "RoleArn": ROLE},
}


@pytest.mark.parametrize(
    "members",
    [
        {"ScheduleExpression": "rate(5 minute)"},
        {"ScheduleExpression": "cron(0 0 * * * *)"},
        {"ScheduleExpressionTimezone": "Mars/Olympus"},
        {"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}},
        {"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}},
        {"State": "ASLEEP"},
        {"Target": {"Arn": "q", "RoleArn": ROLE}},
        {"Target": {"Arn": ARN.format("sqs", "q"), "RoleArn": "role"}},
        {"Target": {"Arn": ARN.format("events", "event-bus/b"), "RoleArn": ROLE}},
        {"Target": {"Arn": SDK + "sqs:getQueueUrl", "RoleArn": ROLE}},
        {"Target": {"Arn": SDK + "sqs:SendMessage", "RoleArn": ROLE}},
        {"Target": {"Arn": SDK + "sqs:sendMassage", "RoleArn": ROLE}},
        {"Target": {"Arn": SDK + "sqs:sendMessage", "RoleArn": ROLE, "Input": '{"queueUrl": "q"}'}},
        {"Target": {"Arn": SDK + "sqs:sendMessage", "RoleArn": ROLE, "Input": "not JSON"}},
        {"Target": {"Arn": SDK + "sqs:sendMessage", "RoleArn": ROLE, "Input": "[]"}},
        {"Target": {"Arn": ARN.format("sqs", "q"), "RoleArn": ROLE, "RetryPolicy": {"MaximumRetryAttempts": 186}}},
    ],
)
def test_what_scheduler_refuses_is_refused_when_it_is_made(members: dict[str, Any]) -> None:
    check_schedule(GOOD)
    with pytest.raises(ServiceError) as refused:
        check_schedule(GOOD | members)
    assert refused.value.code == "ValidationException"


def test_a_target_that_is_not_carried_out_is_refused_by_name_when_it_is_made() -> None:
    for arn in (ARN.format("ecs", "cluster/c"), SDK + "nosuchservice:doIt"):
        with pytest.raises(NotInTheSandbox):
            check_schedule(GOOD | {"Target": {"Arn": arn, "RoleArn": ROLE}})


@given(st.text(max_size=40))
def test_any_input_is_a_request_or_refused(text: str) -> None:
    try:
        universal.operation(SDK + "sqs:sendMessage").request(text)
    except ValidationError:
        return
