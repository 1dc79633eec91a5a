"""Through the stock clients: events and schedules reach their targets as far as policies let them, and the rest is seen."""

from __future__ import annotations

import json
import math
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox import advancing
from sandbox.process import SandboxError, down, holder, up
from sandbox.source_keys import leave_out
from tests.sandbox.delivery.conftest import Aws, policy
from tests.sandbox.function_archive import function_archive

DAY = 86400


def at(seconds: float) -> str:
    return f"at({datetime.fromtimestamp(time.time() + seconds, UTC).strftime('%Y-%m-%dT%H:%M:%S')})"


def function(aws: Aws, code: str, **configuration: Any) -> str:
    """Its ARN."""
    made = aws.client("lambda").create_function(
        FunctionName=aws.name("f"), Runtime="python3.12", Handler="index.handler",
        Code={"ZipFile": function_archive({"index.py": code})}, **configuration,
    )  # fmt: skip
    return str(made["FunctionArn"])


def test_a_queue_that_lets_the_rule_in_gets_the_event(aws: Aws) -> None:
    source = aws.name("s")
    rule = aws.rule(source)
    url, arn = aws.queue(lets_in=rule)
    aws.target(rule, Arn=arn)
    aws.emit(source, a=1)
    event = aws.body(url)
    assert (event["source"], event["detail"]) == (source, {"a": 1})


def test_a_queue_that_does_not_is_not_written_to_and_the_dead_letter_says_why(aws: Aws) -> None:
    source = aws.name("s")
    rule = aws.rule(source)
    (url, arn), (dead_url, dead_arn) = aws.queue(lets_in=rule + "-other"), aws.queue(lets_in=rule)
    aws.target(rule, Arn=arn, DeadLetterConfig={"Arn": dead_arn})
    aws.emit(source, a=1)
    letter = aws.message(dead_url)
    assert letter["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
    assert letter["MessageAttributes"]["RULE_ARN"]["StringValue"] == rule
    assert aws.message(url, seconds=0) == {}


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ({"StringEqualsIfExists": {"aws:SourceAccount": "000000000000"}}, True),
        ({"StringEquals": {"aws:SourceAccount": "000000000000"}}, False),
        (None, False),
    ],
    ids=["a key that may be absent", "a key that decides", "not a word of EventBridge"],
)
def test_an_encrypted_queue_keeps_what_was_not_delivered_only_if_its_key_lets_eventbridge_in(
    aws: Aws, condition: dict[str, Any] | None, kept: bool
) -> None:
    """Here EventBridge does not say for whom it acts, which is not documented for such keys."""
    rule = aws.rule(source := aws.name("s"))
    root = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    events = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "*",
    }
    statements = [root] if condition is None else [root, {**events, "Condition": condition}]
    key = aws.client("kms").create_key(Policy=policy(*statements))["KeyMetadata"]["Arn"]
    (_, arn), (dead_url, dead_arn) = aws.queue(), aws.queue(lets_in=rule)
    aws.sqs.set_queue_attributes(QueueUrl=dead_url, Attributes={"KmsMasterKeyId": key})
    leave_out(aws.settings.home, ["events"])
    try:
        aws.target(rule, Arn=arn, DeadLetterConfig={"Arn": dead_arn})
        aws.emit(source, a=1)
        assert bool(aws.message(dead_url, seconds=5 if kept else 2)) is kept
    finally:
        leave_out(aws.settings.home, ())


@pytest.mark.parametrize(
    ("target", "payload"),
    [
        ({"Input": '{"fixed": true}'}, {"fixed": True}),
        ({"InputPath": "$.detail.list[1]"}, "two"),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"n": "$.detail.n", "first": "$.detail.list[0]"},
                    "InputTemplate": '{"n": <n>, "is": "it <first>"}',
                }
            },
            {"n": 3, "is": "it one"},
        ),
    ],
)
def test_a_targets_input_is_made_of_the_event(aws: Aws, target: dict[str, Any], payload: Any) -> None:
    source = aws.name("s")
    rule = aws.rule(source)
    url, arn = aws.queue(lets_in=rule)
    aws.target(rule, Arn=arn, **target)
    aws.emit(source, n=3, list=["one", "two"])
    assert aws.body(url) == payload


def test_a_rule_on_another_bus_gets_what_a_bus_target_forwards(aws: Aws) -> None:
    source, bus = aws.name("s"), aws.name("bus")
    bus_arn = aws.events.create_event_bus(Name=bus)["EventBusArn"]
    there = aws.events.put_rule(Name="there", EventBusName=bus, EventPattern=json.dumps({"source": [source]}))[
        "RuleArn"
    ]
    url, arn = aws.queue(lets_in=there)
    aws.events.put_targets(Rule="there", EventBusName=bus, Targets=[{"Id": "1", "Arn": arn}])
    aws.rule(source, Arn=bus_arn)
    aws.emit(source, a=1)
    assert aws.body(url)["detail"] == {"a": 1}


def test_a_sagemaker_pipeline_is_started_by_the_rules_role_alone(aws: Aws) -> None:
    """Here without the permission: SageMaker is called by that role, and refuses it."""
    source, region = aws.name("s"), f"{aws.settings.region}:{aws.settings.account}"
    rule = aws.rule(source)
    dead_url, dead_arn = aws.queue(lets_in=rule)
    role = aws.role("events", {"sagemaker:StopPipelineExecution": "*"}, source_arn=rule)
    aws.target(rule, Arn=f"arn:aws:sagemaker:{region}:pipeline/train", RoleArn=role, DeadLetterConfig={"Arn": dead_arn})
    aws.emit(source)
    attributes = aws.message(dead_url)["MessageAttributes"]
    assert attributes["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
    assert "sagemaker:StartPipelineExecution" in attributes["ERROR_MESSAGE"]["StringValue"]
    assert role.rpartition("/")[2] in attributes["ERROR_MESSAGE"]["StringValue"]


def test_a_role_that_trusts_another_rule_is_not_taken_on(aws: Aws) -> None:
    source = aws.name("s")
    rule = aws.rule(source)
    (_, arn), (dead_url, dead_arn) = aws.queue(), aws.queue(lets_in=rule)
    role = aws.role("events", {"sqs:SendMessage": arn}, source_arn=rule + "-other")
    aws.target(rule, Arn=arn, RoleArn=role, DeadLetterConfig={"Arn": dead_arn})
    aws.emit(source)
    assert aws.message(dead_url)["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "FAILED_TO_ASSUME_ROLE"


def test_a_function_is_invoked_where_its_policy_names_the_rule_and_its_failure_goes_to_its_own_queue(aws: Aws) -> None:
    source = aws.name("s")
    dead_url, dead_arn = aws.queue()
    role = aws.role("lambda", {"sqs:SendMessage": dead_arn})
    code = "def handler(event, context):\n    raise RuntimeError('not today')\n"
    arn = function(aws, code, Role=role, DeadLetterConfig={"TargetArn": dead_arn})
    functions = aws.client("lambda")
    functions.put_function_event_invoke_config(FunctionName=arn, MaximumRetryAttempts=0)
    rule = aws.rule(source, Arn=arn)
    functions.add_permission(
        FunctionName=arn,
        StatementId="s",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    aws.emit(source, a=1)
    letter = aws.message(dead_url, seconds=15)
    assert json.loads(letter["Body"])["detail"] == {"a": 1}
    assert "not today" in letter["MessageAttributes"]["ErrorMessage"]["StringValue"]


@pytest.mark.parametrize("made_by", ["put", "copy", "multipart"])
def test_an_object_is_told_of_in_aws_shape_with_its_version(aws: Aws, made_by: str) -> None:
    s3, bucket = aws.client("s3"), aws.name("bucket")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="source", Body=b"abc")
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    name = aws.name("rule")
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": [bucket]}}}
    rule = aws.events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    url, arn = aws.queue(lets_in=rule)
    aws.target(rule, Arn=arn)
    if made_by == "put":
        version = s3.put_object(Bucket=bucket, Key="a b.csv", Body=b"abc")["VersionId"]
    elif made_by == "copy":
        version = s3.copy_object(Bucket=bucket, Key="a b.csv", CopySource=f"{bucket}/source")["VersionId"]
    else:
        upload = s3.create_multipart_upload(Bucket=bucket, Key="a b.csv")["UploadId"]
        given = {"Bucket": bucket, "Key": "a b.csv", "UploadId": upload}
        part = s3.upload_part(**given, PartNumber=1, Body=b"abc")["ETag"]
        parts = {"Parts": [{"PartNumber": 1, "ETag": part}]}
        version = s3.complete_multipart_upload(**given, MultipartUpload=parts)["VersionId"]
    event = aws.body(url)
    detail = event["detail"]
    etag = s3.head_object(Bucket=bucket, Key="a b.csv")["ETag"].strip('"')
    assert detail["object"].pop("sequencer")
    assert detail["object"] == {"key": "a b.csv", "size": 3, "etag": etag, "version-id": version}
    reasons = {"put": "PutObject", "copy": "CopyObject", "multipart": "CompleteMultipartUpload"}
    assert detail["reason"] == reasons[made_by]
    assert detail.keys() == {"version", "bucket", "object", "request-id", "requester", "source-ip-address", "reason"}
    assert event["resources"] == [f"arn:aws:s3:::{bucket}"]
    assert datetime.strptime(event["time"], "%Y-%m-%dT%H:%M:%SZ")  # noqa: DTZ007 (whole seconds, as AWS has it)


def test_an_advance_fires_the_schedule_by_its_role_and_tells_of_it(aws: Aws) -> None:
    url, arn = aws.queue()
    group = f"arn:aws:scheduler:{aws.settings.region}:{aws.settings.account}:schedule-group/default"
    role = aws.role("scheduler", {"sqs:SendMessage": arn}, source_arn=group)
    wanted = json.dumps(
        {"QueueUrl": url, "MessageBody": "<aws.scheduler.scheduled-time> <aws.scheduler.attempt-number>"}
    )
    target = {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "RoleArn": role, "Input": wanted}
    name = aws.schedule("cron(0 3 ? * SUN *)", target, ScheduleExpressionTimezone="Europe/Berlin")
    told = [each for each in advancing.advance(aws.settings, 7 * DAY).fired if each.name == name]
    assert [each.outcome for each in told] == ["Delivered"]
    assert aws.message(url)["Body"] == f"{told[0].scheduled} 1"
    assert told[0].scheduled[-9:] in ("02:00:00Z", "01:00:00Z")
    aws.scheduler.delete_schedule(Name=name)


def test_a_schedule_whose_role_may_not_sends_a_dead_letter_by_the_same_role(aws: Aws) -> None:
    (_, arn), (dead_url, dead_arn) = aws.queue(), aws.queue()
    role = aws.role("scheduler", {"sqs:SendMessage": dead_arn})
    name = aws.schedule(at(3600), {"Arn": arn, "RoleArn": role, "Input": "it", "DeadLetterConfig": {"Arn": dead_arn}})
    [told] = [each for each in advancing.advance(aws.settings, 7200).fired if each.name == name]
    assert told.outcome.startswith("SentToDeadLetterQueue: ")
    letter = aws.message(dead_url)
    assert letter["Body"] == "it"
    assert letter["MessageAttributes"]["SCHEDULED_TIME"]["StringValue"] == told.scheduled
    assert letter["MessageAttributes"]["SCHEDULE_ARN"]["StringValue"].endswith(f"schedule/default/{name}")


def test_a_one_time_schedule_goes_when_it_has_fired_and_real_time_suffices(aws: Aws) -> None:
    url, arn = aws.queue()
    role = aws.role("scheduler", {"sqs:SendMessage": arn})
    name = aws.schedule(at(1), {"Arn": arn, "RoleArn": role, "Input": "once"}, ActionAfterCompletion="DELETE")
    assert aws.message(url, seconds=6)["Body"] == "once"
    advancing.advance(aws.settings, 1)
    with pytest.raises(aws.scheduler.exceptions.ResourceNotFoundException):
        aws.scheduler.get_schedule(Name=name)


def test_a_scheduled_rule_sends_aws_scheduled_event(aws: Aws) -> None:
    name = aws.name("rule")
    rule = aws.events.put_rule(Name=name, ScheduleExpression="rate(1 day)")["RuleArn"]
    url, arn = aws.queue(lets_in=rule)
    aws.target(rule, Arn=arn)
    told = [each for each in advancing.advance(aws.settings, DAY + 5).fired if each.name == name]
    assert [each.outcome for each in told] == ["Delivered"]
    event = aws.body(url)
    assert (event["source"], event["detail-type"], event["detail"]) == ("aws.events", "Scheduled Event", {})
    assert (event["resources"], event["time"]) == ([rule], told[0].scheduled)
    aws.events.disable_rule(Name=name)
    assert [each for each in advancing.advance(aws.settings, DAY + 5).fired if each.name == name] == []


@pytest.mark.parametrize("seconds", [-1, 1e12, math.nan, math.inf])
def test_a_clock_that_is_asked_for_nonsense_says_so(aws: Aws, seconds: float) -> None:
    with pytest.raises(SandboxError, match="advance"):
        advancing.advance(aws.settings, seconds)


def test_neither_a_kill_nor_a_restart_loses_or_repeats_what_is_due(tmp_path: Path) -> None:
    aws = Aws(up(tmp_path))
    url, arn = aws.queue()
    role = aws.role("scheduler", {"sqs:SendMessage": arn})
    fired = aws.schedule(at(3600), {"Arn": arn, "RoleArn": role, "Input": "fired"})
    aws.schedule(at(2 * DAY), {"Arn": arn, "RoleArn": role, "Input": "due"})
    assert [each.name for each in advancing.advance(aws.settings, DAY).fired] == [fired]
    assert aws.message(url)["Body"] == "fired"
    pid = holder(tmp_path)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    again = Aws(up(tmp_path))
    assert [each.outcome for each in advancing.advance(again.settings, 2 * DAY).fired] == ["Delivered"]
    url = again.sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"]
    assert again.message(url)["Body"] == "due"
    assert again.message(url, seconds=0) == {}
    down(tmp_path)


def test_an_event_that_a_function_took_on_outlives_a_kill(tmp_path: Path) -> None:
    aws = Aws(up(tmp_path / "home"))
    began, done = tmp_path / "began", tmp_path / "done"
    code = f"""
import pathlib, time
def handler(event, context):
    if pathlib.Path({str(began)!r}).exists():
        pathlib.Path({str(done)!r}).write_text(event["is"])
    else:
        pathlib.Path({str(began)!r}).touch()
        time.sleep(20)
"""
    role = aws.role("lambda", {})
    arn = function(aws, code, Role=role, Timeout=30)
    aws.client("lambda").invoke(FunctionName=arn, InvocationType="Event", Payload=b'{"is": "kept"}')
    appears(began)
    pid = holder(tmp_path / "home")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    up(tmp_path / "home")
    appears(done)
    assert done.read_text() == "kept"
    down(tmp_path / "home")


def appears(path: Path) -> None:
    deadline = time.monotonic() + 20
    while not (path.exists() and (path.name == "began" or path.read_text())):
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.05)
