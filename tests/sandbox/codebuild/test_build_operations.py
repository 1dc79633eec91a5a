"""Builds through boto3: start with overrides, retry, list, delete; what is refused, and what EventBridge hears."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import ClientOf
from tests.sandbox.codebuild.conftest import Builder

ECHO = "version: 0.2\nphases:\n  build:\n    commands: ['echo $A $B $C']\n"
FAILING = "version: 0.2\nphases:\n  build:\n    commands: ['false']\n"


def test_overrides_hold_for_one_build_alone(builder: Builder) -> None:
    variables = [{"name": "A", "value": "project"}, {"name": "B", "value": "project"}]
    environment = {
        "type": "LINUX_CONTAINER",
        "image": "aws/codebuild/standard:7.0",
        "computeType": "BUILD_GENERAL1_SMALL",
        "environmentVariables": variables,
    }
    project = builder.project(ECHO, environment=environment)
    spec = ECHO.replace("phases", "env: {variables: {B: spec, C: spec}}\nphases")
    overrides = [{"name": "A", "value": "override", "type": "PLAINTEXT"}]
    built = builder.start(project, buildspecOverride=spec, environmentVariablesOverride=overrides)
    assert built.output == ["override project spec"]  # StartBuild before the project before the buildspec
    again = builder.start(project)
    assert (again.output, again.build["buildNumber"]) == (["project project"], 2)


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        ({"debugSessionEnabled": True}, "codebuild:StartBuild with debugSessionEnabled is not in the sandbox"),
        ({"privilegedModeOverride": True}, "environment.privilegedMode"),
        ({"imageOverride": "me/mine:1"}, "the image me/mine:1"),
        ({"environmentTypeOverride": "WINDOWS_CONTAINER"}, "the environment type WINDOWS_CONTAINER"),
        ({"sourceTypeOverride": "GITHUB"}, "the source type GITHUB"),
        ({"logsConfigOverride": {"s3Logs": {"status": "ENABLED", "location": "b/l"}}}, "logsConfig.s3Logs"),
        ({"autoRetryLimitOverride": 2}, "codebuild:StartBuild with autoRetryLimitOverride"),
        ({"buildspecOverride": "other.yml"}, "must be given inline"),
    ],
)
def test_what_a_build_would_ignore_is_refused(builder: Builder, overrides: dict[str, Any], sentence: str) -> None:
    project = builder.project(ECHO)
    with pytest.raises(ClientError) as raised:
        builder.start(project, **overrides)
    assert sentence in str(raised.value)


def test_a_token_starts_one_build(builder: Builder, client: ClientOf) -> None:
    codebuild, project, token = client("codebuild"), builder.project(ECHO), uuid.uuid4().hex
    first = codebuild.start_build(projectName=project, idempotencyToken=token)["build"]["id"]
    assert codebuild.start_build(projectName=project, idempotencyToken=token)["build"]["id"] == first
    with pytest.raises(ClientError, match="parameter mismatch"):
        codebuild.start_build(projectName=project, idempotencyToken=token, timeoutInMinutesOverride=5)
    builder.ended(first)
    assert codebuild.list_builds_for_project(projectName=project)["ids"] == [first]


def test_a_build_is_retried_with_what_it_was_asked_for(builder: Builder, client: ClientOf) -> None:
    codebuild, project = client("codebuild"), builder.project(ECHO)
    first = builder.start(project, environmentVariablesOverride=[{"name": "A", "value": "kept"}])
    again = builder.ended(codebuild.retry_build(id=first.build["arn"])["build"]["id"])
    assert again.output == first.output == ["kept"]
    assert codebuild.list_builds_for_project(projectName=project)["ids"] == [again.build["id"], first.build["id"]]
    assert codebuild.list_builds()["ids"].index(again.build["id"]) < codebuild.list_builds()["ids"].index(
        first.build["id"]
    )


def test_a_build_is_deleted_once_it_is_complete(builder: Builder, client: ClientOf) -> None:
    codebuild, project = client("codebuild"), builder.project(ECHO.replace("echo", "sleep 600 #"))
    running = codebuild.start_build(projectName=project)["build"]
    answer = codebuild.batch_delete_builds(ids=[running["id"], "p:none"])
    assert [each["statusCode"] for each in answer["buildsNotDeleted"]] == ["BUILD_IN_PROGRESS", "RESOURCE_NOT_FOUND"]
    codebuild.stop_build(id=running["id"])
    builder.ended(running["id"])
    assert codebuild.batch_delete_builds(ids=[running["id"]])["buildsDeleted"] == [running["arn"]]
    assert codebuild.batch_get_builds(ids=[running["id"]])["buildsNotFound"] == [running["id"]]
    with pytest.raises(ClientError, match="Build cannot be found"):
        codebuild.stop_build(id=running["id"])


def test_a_project_of_a_pipeline_is_started_by_its_pipeline(builder: Builder) -> None:
    project = builder.project(source={"type": "CODEPIPELINE"}, artifacts={"type": "CODEPIPELINE"})
    with pytest.raises(ClientError, match="has its source from CodePipeline"):
        builder.start(project)


def heard(client: ClientOf, queue: str, *, last: str) -> list[dict[str, Any]]:
    """Events from a queue, until the build's state is `last`."""
    events: list[dict[str, Any]] = []
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        answer = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            events.append(json.loads(message["Body"]))
        if any(event["detail"].get("build-status") == last for event in events):
            return events
    raise AssertionError(events)


def test_eventbridge_hears_of_states_and_phases(builder: Builder, client: ClientOf) -> None:
    project, rule = builder.project(FAILING), f"rule-{uuid.uuid4().hex[:8]}"
    queue = client("sqs").create_queue(QueueName=rule)["QueueUrl"]
    arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    statement = json.dumps({"Version": "2012-10-17", "Statement": [{**policy, "Resource": arn}]})
    client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": statement})
    pattern = {"source": ["aws.codebuild"], "detail": {"project-name": [project]}}
    client("events").put_rule(Name=rule, EventPattern=json.dumps(pattern))
    client("events").put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": arn}])
    built = builder.start(project)
    events = heard(client, queue, last="FAILED")
    states = [each["detail"] for each in events if each["detail-type"] == "CodeBuild Build State Change"]
    assert {state["build-status"] for state in states} == {"IN_PROGRESS", "FAILED"}
    ended = next(state for state in states if state["build-status"] == "FAILED")
    assert ended["build-id"] == built.build["arn"]
    told = {phase["phase-type"]: phase for phase in ended["additional-information"]["phases"]}
    assert told["BUILD"]["phase-context"] == [
        "[COMMAND_EXECUTION_ERROR: Error while executing command: false. Reason: exit status 1]"
    ]
    assert ended["additional-information"]["logs"]["group-name"] == f"/aws/codebuild/{project}"
    phases = {each["detail"].get("completed-phase") for each in events}
    assert phases >= {"QUEUED", "DOWNLOAD_SOURCE", "BUILD", "FINALIZING"}
