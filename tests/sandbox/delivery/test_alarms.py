"""An alarm tells a topic's subscribers of its own metric's news, if the topic's and the key's policies let CloudWatch in."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.sandbox.delivery.conftest import Aws, policy
from tests.sandbox.function_archive import function_archive

BROKEN = "def handler(event, context):\n    raise ValueError('no')\n"
PATIENCE = 60.0


def service(name: str, *actions: str, on: str, **condition: Any) -> dict[str, Any]:
    given = {"Effect": "Allow", "Principal": {"Service": f"{name}.amazonaws.com"}, "Action": [*actions], "Resource": on}
    return given | ({"Condition": condition} if condition else {})


def topic(aws: Aws, *, lets_in: bool = True, key: str = "") -> tuple[str, str]:
    """Its ARN, and the URL of a queue that hears what is published there."""
    attributes = {"KmsMasterKeyId": key} if key else {}
    arn = aws.client("sns").create_topic(Name=aws.name("t"), Attributes=attributes)["TopicArn"]
    alarms = {"aws:SourceArn": arn.replace(":sns:", ":cloudwatch:").rpartition(":")[0] + ":alarm:a-*"}
    statement = service("cloudwatch" if lets_in else "events", "sns:Publish", on=arn, ArnLike=alarms)
    plain = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sns:Publish", "Resource": arn}
    plain["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}
    aws.client("sns").set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=policy(statement, plain)
    )
    url, queue = aws.queue()
    sends = policy(service("sns", "sqs:SendMessage", on=queue, ArnEquals={"aws:SourceArn": arn}))
    aws.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": sends})
    aws.client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)
    return str(arn), url


def key(aws: Aws, *, lets_in: bool) -> str:
    root = {"AWS": f"arn:aws:iam::{aws.settings.account}:root"}
    statements = [{"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}]
    if lets_in:
        statements.append(service("cloudwatch", "kms:Decrypt", "kms:GenerateDataKey*", on="*"))
    return str(aws.client("kms").create_key(Policy=policy(*statements))["KeyMetadata"]["Arn"])


def alarm(aws: Aws, topic_arn: str, *, namespace: str, metric: str, dimension: tuple[str, str]) -> str:
    name = aws.name("a")
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=name, Namespace=namespace, MetricName=metric, Statistic="Maximum", Period=300, EvaluationPeriods=1,
        Dimensions=[{"Name": dimension[0], "Value": dimension[1]}], Threshold=0, TreatMissingData="notBreaching",
        ComparisonOperator="GreaterThanThreshold", AlarmActions=[topic_arn],
    )  # fmt: skip
    return name


def on_queue(aws: Aws, topic_arn: str, url: str) -> str:
    visible, name = "ApproximateNumberOfMessagesVisible", url.rpartition("/")[2]
    return alarm(aws, topic_arn, namespace="AWS/SQS", metric=visible, dimension=("QueueName", name))


def state(aws: Aws, name: str) -> str:
    return str(aws.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"])


def outcome(aws: Aws, name: str) -> str:
    """What the alarm's history says of its action, once it does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        items = aws.client("cloudwatch").describe_alarm_history(AlarmName=name, HistoryItemType="Action")
        for each in items["AlarmHistoryItems"]:
            return str(each["HistorySummary"])
        time.sleep(0.05)
    raise AssertionError("it did nothing")


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_queue_that_holds_a_message_is_told_of(aws: Aws, encrypted: bool) -> None:
    arn, heard = topic(aws, key=key(aws, lets_in=True) if encrypted else "")
    url, _ = aws.queue()
    name = on_queue(aws, arn, url)
    assert state(aws, name) == "OK"
    aws.sqs.send_message(QueueUrl=url, MessageBody="lost")
    assert state(aws, name) == "ALARM"
    notice = json.loads(aws.body(heard)["Message"])
    assert (notice["AlarmName"], notice["OldStateValue"], notice["NewStateValue"]) == (name, "OK", "ALARM")
    assert notice["Trigger"]["Dimensions"] == [{"value": url.rpartition("/")[2], "name": "QueueName"}]
    assert outcome(aws, name) == f"Successfully executed action {arn}"


def test_an_alarm_minds_its_own_queue_alone(aws: Aws) -> None:
    arn, _ = topic(aws)
    (url, _), (other, _) = aws.queue(), aws.queue()
    mine, others = on_queue(aws, arn, url), on_queue(aws, arn, other)
    aws.sqs.send_message(QueueUrl=other, MessageBody="lost")
    assert (state(aws, mine), state(aws, others)) == ("OK", "ALARM")


@pytest.mark.parametrize("invocation", ["RequestResponse", "Event"])
def test_a_function_that_fails_is_told_of(aws: Aws, invocation: str) -> None:
    arn, heard = topic(aws)
    function = aws.name("f")
    aws.client("lambda").create_function(
        FunctionName=function, Runtime="python3.12", Handler="index.handler", Role=aws.role("lambda", {}),
        Code={"ZipFile": function_archive({"index.py": BROKEN})},
    )  # fmt: skip
    name = alarm(aws, arn, namespace="AWS/Lambda", metric="Errors", dimension=("FunctionName", function))
    aws.client("lambda").invoke(FunctionName=function, InvocationType=invocation)
    assert json.loads(aws.body(heard)["Message"])["AlarmName"] == name


def test_a_topic_whose_policy_does_not_let_alarms_in_hears_nothing_and_the_history_says_so(aws: Aws) -> None:
    arn, heard = topic(aws, lets_in=False)
    url, _ = aws.queue()
    name = on_queue(aws, arn, url)
    aws.sqs.send_message(QueueUrl=url, MessageBody="lost")
    assert "is not authorized to perform: SNS:Publish" in outcome(aws, name)
    assert aws.message(heard, seconds=0) == {}


def test_a_topic_whose_key_is_not_for_cloudwatch_hears_nothing_and_the_history_says_so(aws: Aws) -> None:
    arn, heard = topic(aws, key=key(aws, lets_in=False))
    url, _ = aws.queue()
    name = on_queue(aws, arn, url)
    aws.sqs.send_message(QueueUrl=url, MessageBody="lost")
    assert "CloudWatch Alarms does not have authorization to access the SNS topic encryption key." in outcome(aws, name)
    assert aws.message(heard, seconds=0) == {}


def test_an_action_that_is_no_topic_is_named(aws: Aws) -> None:
    url, _ = aws.queue()
    name = on_queue(aws, f"arn:aws:lambda:{aws.settings.region}:{aws.settings.account}:function:f", url)
    aws.sqs.send_message(QueueUrl=url, MessageBody="lost")
    assert "NotImplemented: the action arn:aws:lambda" in outcome(aws, name)
