"""What a rule's target stands for is called as documented, by its role or as its own policy allows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.delivery.delivery import Delivery, Source
from sandbox.delivery.failures import RoleRefused, failure_of
from sandbox.delivery.retries import Exhausted
from sandbox.delivery.rule_targets import RuleTargets
from sandbox.errors import NotInTheSandbox, ValidationError
from sandbox.identity import AccessDenied
from tests.sandbox.delivery.callers import ROLE, RULE, Recorder, queue_url
from tests.sandbox.delivery.sample_deliveries import THROTTLED, answer

ARN = "arn:aws:{}:us-east-1:000000000000:{}"
EVENT = {"id": "e", "detail": {"version": "v-1", "count": 3}}


class Bench:
    """RuleTargets whose targets' own policies say `lets_in`."""

    def __init__(self, *, lets_in: bool = True, answers: dict[str, Any] | None = None) -> None:
        self.role, self.root = Recorder(answers), Recorder(answers)
        self.forwarded: list[tuple[str | None, str]] = []
        self.asked: list[dict[str, str]] = []
        self._lets_in = lets_in
        self.targets = RuleTargets(
            take_on=self.role, client=self.root.client, lets_in=self._policy, forward=self._forward, queue_url=queue_url
        )

    def deliver(self, **target: Any) -> None:
        self.targets.deliver(delivery(**target))

    def _policy(self, policy: str, **asked: str) -> bool:
        self.asked.append({"policy": policy, **asked})
        return self._lets_in

    def _forward(self, record: Any, *, payload: str | None, bus_arn: str) -> None:
        assert record == {}
        self.forwarded.append((payload, bus_arn))


def delivery(payload: str = "", **target: Any) -> Delivery:
    return Delivery(
        source=Source.RULE, name="r", arn=RULE, target=target, payload=payload or json.dumps(EVENT), accepted=0, due=0,
        event=EVENT, attempts=1, id="0123456789abcdef",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("target", "call", "request_"),
    [
        (
            {"Arn": ARN.format("codepipeline", "deploy")},
            "codepipeline:StartPipelineExecution",
            {"name": "deploy", "clientRequestToken": "eventbridge-0123456789abcdef"},
        ),
        (
            {"Arn": ARN.format("lambda", "function:f:live")},
            "lambda:Invoke",
            {
                "FunctionName": "f",
                "Qualifier": "live",
                "InvocationType": "Event",
                "Payload": json.dumps(EVENT).encode(),
            },
        ),
        (
            {"Arn": ARN.format("sqs", "q.fifo"), "SqsParameters": {"MessageGroupId": "g"}},
            "sqs:SendMessage",
            {"QueueUrl": "http://queues/000000000000/q.fifo", "MessageBody": json.dumps(EVENT), "MessageGroupId": "g"},
        ),
        (
            {"Arn": ARN.format("states", "stateMachine:m")},
            "stepfunctions:StartExecution",
            {"stateMachineArn": ARN.format("states", "stateMachine:m"), "input": json.dumps(EVENT)},
        ),
        (
            {"Arn": ARN.format("sns", "t")},
            "sns:Publish",
            {"TopicArn": ARN.format("sns", "t"), "Message": json.dumps(EVENT)},
        ),
        (
            {
                "Arn": ARN.format("sagemaker", "pipeline/train"),
                "SageMakerPipelineParameters": {
                    "PipelineParameterList": [
                        {"Name": "Data", "Value": "$.detail.version"},
                        {"Name": "Count", "Value": "$.detail.count"},
                        {"Name": "Mode", "Value": "fast"},
                    ]
                },
            },
            "sagemaker:StartPipelineExecution",
            {
                "PipelineName": "train",
                "PipelineParameters": [
                    {"Name": "Data", "Value": "v-1"},
                    {"Name": "Count", "Value": "3"},
                    {"Name": "Mode", "Value": "fast"},
                ],
                "ClientRequestToken": "eventbridge-00000000000000000123456789abcdef",
            },
        ),
    ],
)
def test_a_target_with_a_role_is_called_by_it(target: dict[str, Any], call: str, request_: dict[str, Any]) -> None:
    bench = Bench()
    bench.deliver(**target, RoleArn=ROLE)
    assert bench.role.calls == [(call, request_)]
    assert bench.role.taken_on == [{"service": "events", "session": "r", "source_arn": RULE}]
    assert bench.root.calls == []


@pytest.mark.parametrize(
    ("target", "action", "answers"),
    [
        (ARN.format("lambda", "function:f"), "lambda:InvokeFunction", {"GetPolicy": {"Policy": "p"}}),
        (ARN.format("sqs", "q"), "sqs:SendMessage", {"GetQueueAttributes": {"Attributes": {"Policy": "p"}}}),
        (ARN.format("sns", "t"), "sns:Publish", {"GetTopicAttributes": {"Attributes": {"Policy": "p"}}}),
    ],
)
def test_a_target_without_a_role_is_asked_for_its_own_policy(target: str, action: str, answers: dict[str, Any]) -> None:
    allowed = Bench(answers=answers)
    allowed.deliver(Arn=target)
    assert allowed.asked == [
        {"policy": "p", "service": "events", "action": action, "resource": target, "source_arn": RULE}
    ]
    denied = Bench(lets_in=False, answers=answers)
    with pytest.raises(AccessDenied, match=f"{action} on resource: {target}"):
        denied.deliver(Arn=target)
    assert len(denied.root.calls) == 1  # the look at the policy alone


@pytest.mark.parametrize("service", ["codepipeline", "states", "sagemaker"])
def test_the_other_targets_need_a_role(service: str) -> None:
    resource = {"codepipeline": "p", "states": "stateMachine:m", "sagemaker": "pipeline/p"}[service]
    with pytest.raises(ValidationError, match="RoleArn"):
        Bench().deliver(Arn=ARN.format(service, resource))


def test_a_role_that_cannot_be_taken_on_is_a_failure_of_its_own() -> None:
    with pytest.raises(RoleRefused) as refused:
        Bench().deliver(Arn=ARN.format("codepipeline", "p"), RoleArn=ROLE + "-other")
    assert failure_of(refused.value).assuming


def test_input_may_carry_revisions_and_variables_to_codepipeline() -> None:
    bench = Bench()
    given = {"variables": [{"name": "ModelPackageArn", "value": "arn"}]}
    target = {"Arn": ARN.format("codepipeline", "p"), "RoleArn": ROLE, "Input": json.dumps(given)}
    bench.targets.deliver(delivery(json.dumps(given), **target))
    [(_, request)] = bench.role.calls
    assert request["variables"] == given["variables"]
    with pytest.raises(ValidationError, match="branch"):
        bench.targets.deliver(delivery('{"branch": 1}', **target))


def test_a_path_that_the_event_does_not_have_is_no_parameter() -> None:
    parameters = {"PipelineParameterList": [{"Name": "Data", "Value": "$.detail.nothing"}]}
    with pytest.raises(ValidationError, match=r"\$\.detail\.nothing"):
        Bench().deliver(Arn=ARN.format("sagemaker", "pipeline/p"), RoleArn=ROLE, SageMakerPipelineParameters=parameters)


def test_another_bus_gets_the_event_or_what_its_input_makes_of_it() -> None:
    bench, bus = Bench(), ARN.format("events", "event-bus/other")
    bench.deliver(Arn=bus)
    bench.targets.deliver(delivery('{"a": 1}', Arn=bus, Input='{"a": 1}', RoleArn=ROLE))
    assert bench.forwarded == [(None, bus), ('{"a": 1}', bus)]
    assert bench.role.asked == [("events:PutEvents", bus)]


@pytest.mark.parametrize(
    "arn",
    [
        ARN.format("events", "api-destination/a"),
        ARN.format("kinesis", "stream/s"),
        ARN.format("sagemaker", "endpoint/e"),
    ],
)
def test_a_target_that_is_not_carried_out_is_refused_by_name(arn: str) -> None:
    with pytest.raises(NotInTheSandbox, match=arn):
        Bench().deliver(Arn=arn)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (answer("AccessDeniedException", 403), "NO_PERMISSIONS"),
        (answer("PipelineNotFoundException", 400), "NO_RESOURCE"),
        (answer("AWS.SimpleQueueService.NonExistentQueue", 400), "NO_RESOURCE"),
        (answer("ValidationException", 400), "INVALID_PARAMETER"),
        (answer("ResourceLimitExceeded", 400), "RESOURCE_LIMIT_EXCEEDED"),
        (answer("InternalFailure", 500), "ERROR_FROM_TARGET"),
        (NotInTheSandbox("it"), "SDK_CLIENT_ERROR"),
        (RoleRefused("it"), "FAILED_TO_ASSUME_ROLE"),
        (THROTTLED, "THROTTLING"),
    ],
)
def test_a_dead_letter_names_eventbridges_own_code(error: Exception, code: str) -> None:
    bench, queue = Bench(), ARN.format("sqs", "dlq")
    dead = delivery(Arn=ARN.format("codepipeline", "p"), DeadLetterConfig={"Arn": queue})
    assert bench.targets.send_to_dlq(dead, failure_of(error), Exhausted.ATTEMPTS)
    _, (call, letter) = bench.root.calls
    assert call == "sqs:SendMessage"
    assert json.loads(letter["MessageBody"]) == EVENT
    attributes = {name: given["StringValue"] for name, given in letter["MessageAttributes"].items()}
    assert attributes == {
        "RULE_ARN": RULE,
        "TARGET_ARN": dead.target["Arn"],
        "ERROR_CODE": code,
        "ERROR_MESSAGE": failure_of(error).message,
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "RETRY_ATTEMPTS": "0",
    }


def test_a_queue_that_does_not_let_eventbridge_in_gets_no_dead_letter() -> None:
    bench = Bench(lets_in=False)
    dead = delivery(Arn=ARN.format("codepipeline", "p"), DeadLetterConfig={"Arn": ARN.format("sqs", "dlq")})
    with pytest.raises(AccessDenied, match="sqs:SendMessage"):
        bench.targets.send_to_dlq(dead, failure_of(THROTTLED), None)


def test_an_encrypted_queue_takes_what_its_keys_policy_lets_eventbridge_encrypt() -> None:
    key = "arn:aws:kms:us-east-1:000000000000:key/k"
    answers = {
        "GetQueueAttributes": {"Attributes": {"Policy": "of the queue", "KmsMasterKeyId": key}},
        "GetKeyPolicy": {"Policy": "of the key"},
    }
    bench, queue = Bench(answers=answers), ARN.format("sqs", "dlq")
    dead = delivery(Arn=ARN.format("codepipeline", "p"), DeadLetterConfig={"Arn": queue})
    assert bench.targets.send_to_dlq(dead, failure_of(THROTTLED), None)
    assert [(asked["policy"], asked["action"], asked["resource"]) for asked in bench.asked] == [
        ("of the queue", "sqs:SendMessage", queue),
        ("of the key", "kms:GenerateDataKey", key),
        ("of the key", "kms:Decrypt", key),
    ]
