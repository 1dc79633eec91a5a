"""Names that no log group and no pipeline can have: refused with a reason, and nothing is made of them anywhere."""

from __future__ import annotations

import json

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf
from tests.sandbox.codepipeline.world import build, pipeline, stage

ROLE = "arn:aws:iam::000000000000:role/hostile"
AS_SENT = Config(parameter_validation=False)
NAMES = ("a b", "a\nb", "a\0b", "$(id)", "é", "\u202ea", "a;b", "x" * 600, "", "<a/>", "{{x}}", "a*")


@pytest.mark.parametrize("name", NAMES)
def test_no_log_group_is_made(client: ClientOf, name: str) -> None:
    logs = client("logs", AS_SENT)
    before = [each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]]
    with pytest.raises(ClientError) as refused:
        logs.create_log_group(logGroupName=name)
    assert refused.value.response["Error"]["Code"] in ("InvalidParameterException", "ValidationException")
    assert [each["logGroupName"] for each in logs.describe_log_groups()["logGroups"]] == before


def test_a_log_group_named_like_a_way_out_stays_where_it_is(client: ClientOf, sandbox: SandboxSettings) -> None:
    """Dots and slashes are legal in it."""
    logs, name = client("logs"), "../../../a-way-out"
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="../s")
    logs.put_log_events(logGroupName=name, logStreamName="../s", logEvents=[{"timestamp": 0, "message": "m"}])
    assert [each.name for each in sandbox.home.parents[1].rglob("a-way-out")] == []
    with pytest.raises(ClientError, match="InvalidParameterException"):
        logs.create_log_stream(logGroupName=name, logStreamName="a:b*")


def test_no_stack_makes_a_log_group_that_nobody_else_could(client: ClientOf) -> None:
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "a b"}}
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName="a-log-group", TemplateBody=json.dumps({"Resources": {"G": group}}))
    with pytest.raises(WaiterError):
        cloudformation.get_waiter("stack_create_complete").wait(StackName="a-log-group", WaiterConfig={"Delay": 1})
    events = cloudformation.describe_stack_events(StackName="a-log-group")["StackEvents"]
    assert any("'a b' at 'logGroupName'" in event.get("ResourceStatusReason", "") for event in events)


@pytest.mark.parametrize("name", ["../../out", *NAMES])
def test_no_pipeline_is_made(client: ClientOf, sandbox: SandboxSettings, name: str) -> None:
    given = {"PipelineDefinition": json.dumps({"Version": "2020-12-01", "Steps": []}), "RoleArn": ROLE}
    structure = {**pipeline(stage("Build", build("Build"))), "name": name, "roleArn": ROLE}
    sagemaker, codepipeline = client("sagemaker", AS_SENT), client("codepipeline", AS_SENT)
    for call, request in (
        (sagemaker.create_pipeline, {"PipelineName": name, "ClientRequestToken": "t" * 32, **given}),
        (codepipeline.create_pipeline, {"pipeline": structure}),
    ):
        with pytest.raises(ClientError) as refused:
            call(**request)
        assert refused.value.response["Error"]["Code"] == "ValidationException"
    assert not (sandbox.home.parent / "out").exists()
