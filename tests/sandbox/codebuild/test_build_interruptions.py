"""What ends a build before its time: a stop, a timeout, a refusal."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import ClientOf
from tests.sandbox.codebuild.conftest import ALL, Builder

SLEEPING = (
    "version: 0.2\nphases:\n  build:\n    commands: [echo here, sleep 600]\n  post_build: {commands: [echo never]}\n"
)


def deny(*actions: str) -> list[dict[str, Any]]:
    return [*ALL, {"Effect": "Deny", "Action": [*actions], "Resource": "*"}]


def test_a_stopped_build_is_stopped_with_all_it_started(builder: Builder, client: ClientOf) -> None:
    mark = "sleep 600.0625"
    project = builder.project(SLEEPING.replace("sleep 600", f"sh -c 'exec {mark}'"))
    started = client("codebuild").start_build(projectName=project)["build"]["id"]
    builder.until(started, lambda build: build["currentPhase"] == "BUILD")
    client("codebuild").stop_build(id=started)
    built = builder.ended(started)
    assert (built.status, built.phases["BUILD"]) == ("STOPPED", "STOPPED")
    assert list(built.phases)[-3:] == ["BUILD", "FINALIZING", "COMPLETED"]
    assert mark not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


def test_a_role_that_cannot_be_taken_on_fails_the_build(builder: Builder) -> None:
    built = builder.start(builder.project(SLEEPING, serviceRole=builder.role(ALL, service="lambda")))
    context = built.context("PROVISIONING")
    assert context["statusCode"] == "ACCESS_DENIED"
    assert "CodeBuild is not authorized to perform: sts:AssumeRole on arn:aws:iam::" in context["message"]


@pytest.mark.parametrize("action", ["logs:CreateLogStream", "logs:PutLogEvents"])
def test_a_role_that_may_not_write_the_log_fails_the_build(builder: Builder, action: str) -> None:
    built = builder.run(SLEEPING, statements=deny(action))
    assert built.context("PROVISIONING")["statusCode"] == "ACCESS_DENIED"
    assert action in built.context("PROVISIONING")["message"]


def test_commands_act_as_the_role(builder: Builder) -> None:
    call = 'python -c \'import os; print(os.environ["AWS_ACCESS_KEY_ID"][:4], os.environ.get("AWS_PROFILE"))\''
    built = builder.run(
        f"version: 0.2\nphases:\n  build:\n    commands:\n      - {call}\n      - aws sts get-caller-identity\n"
    )
    assert built.output[0] == "ASIA None"
    assert f"assumed-role/{built.build['serviceRole'].rpartition('/')[2]}/AWSCodeBuild-" in "".join(built.output)


def test_more_builds_than_the_project_allows_are_refused(builder: Builder, client: ClientOf) -> None:
    project = builder.project(SLEEPING, concurrentBuildLimit=1)
    started = client("codebuild").start_build(projectName=project)["build"]["id"]
    with pytest.raises(ClientError, match="AccountLimitExceededException"):
        client("codebuild").start_build(projectName=project)
    client("codebuild").stop_build(id=started)
    assert builder.ended(started).status == "STOPPED"
