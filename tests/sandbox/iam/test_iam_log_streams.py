"""Whoever may write the streams of a log group makes and fills them; of the group itself it takes nothing."""

from __future__ import annotations

import time

import pytest

from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf
from tests.sandbox.iam.conftest import MakeRole, allow, refusal


@pytest.fixture
def group(client: ClientOf, unique: str) -> str:
    name = f"/aws/codebuild/{unique}"
    client("logs").create_log_group(logGroupName=name)
    return name


def arn(sandbox: SandboxSettings, group: str, stream: str) -> str:
    return f"arn:aws:logs:{sandbox.region}:{sandbox.account}:log-group:{group}:log-stream:{stream}"


def test_a_role_of_the_groups_streams_makes_one_and_fills_it(
    role: MakeRole, sandbox: SandboxSettings, client: ClientOf, group: str
) -> None:
    writer = role(allow(["logs:CreateLogStream", "logs:PutLogEvents"], arn(sandbox, group, "*"))).client("logs")
    writer.create_log_stream(logGroupName=group, logStreamName="one")
    event = {"timestamp": int(time.time() * 1000), "message": "built"}
    writer.put_log_events(logGroupName=group, logStreamName="one", logEvents=[event])
    kept = client("logs").get_log_events(logGroupName=group, logStreamName="one")["events"]
    assert [each["message"] for each in kept] == ["built"]


def test_a_role_of_one_stream_is_refused_another_by_its_name(
    role: MakeRole, sandbox: SandboxSettings, group: str
) -> None:
    writer = role(allow("logs:CreateLogStream", arn(sandbox, group, "mine"))).client("logs")
    writer.create_log_stream(logGroupName=group, logStreamName="mine")
    told = refusal(writer.create_log_stream, logGroupName=group, logStreamName="theirs")
    assert f"perform: logs:CreateLogStream on resource: {arn(sandbox, group, 'theirs')} because" in told
