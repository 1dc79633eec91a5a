"""A shell after `eval "$(python -m sandbox env)"`: its AWS clients talk to the sandbox, and to nothing else.

Each client runs where every host but this machine fails to resolve. A control runs the same client without what closes it: the
guard would have seen it leave.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.settings import SandboxSettings
from tests.sandbox.loopback_guard import LoopbackGuard

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
# Those that version 1 of the AWS CLI sends to addresses of AWS's own, of the services that are here, and a few others.
LISTS = ("sqs list-queues", "rds describe-db-instances", "emr list-clusters", "sts get-caller-identity", "s3 ls")
BOTO3 = """
import boto3
calls = {
    "sts": "get_caller_identity", "sqs": "list_queues", "s3": "list_buckets", "sns": "list_topics", "iam": "list_users",
    "kms": "list_keys", "events": "list_rules", "scheduler": "list_schedules", "cloudwatch": "list_metrics",
    "codepipeline": "list_pipelines", "codebuild": "list_projects", "ecr": "describe_repositories", "rds": "describe_db_instances",
    "sagemaker": "list_endpoints", "cloudformation": "list_stacks", "secretsmanager": "list_secrets", "emr": "list_clusters",
}
for service, call in calls.items():
    getattr(boto3.client(service), call)()
machine = "arn:aws:states:us-east-1:000000000000:stateMachine:none"
states = boto3.client("stepfunctions")
try:
    states.start_sync_execution(stateMachineArn=machine)
except states.exceptions.ClientError as error:
    print(error)
"""
SDK = """
from sagemaker.core.helper.session_helper import Session
from sagemaker.mlops.workflow.fail_step import FailStep
from sagemaker.mlops.workflow.pipeline import Pipeline
session = Session()
print(session.default_bucket())
steps = [FailStep(name="F", error_message="no")]
pipeline = Pipeline(name="of-a-shell", steps=steps, sagemaker_session=session)
print(pipeline.upsert(role_arn="arn:aws:iam::000000000000:role/r")["PipelineArn"])
"""


class Shell:
    """bash, pointed at a sandbox by the command's own output."""

    def __init__(self, settings: SandboxSettings, folder: Path) -> None:
        self.settings, self.guard = settings, LoopbackGuard(folder / "guard")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
            "SAGEMAKER_VALIDATE_ROLE": "false",
            # What a person may have set for work elsewhere.
            "AWS_ENDPOINT_URL_S3": "https://s3.example.com",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
            "AWS_USE_FIPS_ENDPOINT": "true",
            "AWS_PROFILE": "work",
        }

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        point = f'eval "$({shlex.join((sys.executable, "-m", "sandbox", "env", "--home", str(self.settings.home)))})"'
        guarded = "; ".join(f"export {name}={shlex.quote(value)}" for name, value in self.guard.environment.items())
        return subprocess.run(
            ["bash", "-euc", f"{point}\n{guarded}\n{script}", "bash", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def shell(sandbox: SandboxSettings, tmp_path: Path) -> Shell:
    return Shell(sandbox, tmp_path)


@pytest.mark.parametrize("command", LISTS)
def test_the_aws_cli_stays_here(shell: Shell, command: str) -> None:
    done = shell.run(f"aws {command}")
    assert (done.returncode, shell.guard.asked()) == (0, []), done.stderr


def test_a_script_that_the_shell_starts_has_the_same_cli(shell: Shell) -> None:
    done = shell.run("bash -c 'aws sqs list-queues'")
    assert (done.returncode, shell.guard.asked()) == (0, []), done.stderr


def test_the_clis_own_address_would_have_left_and_the_guard_sees_it(shell: Shell) -> None:
    done = shell.run("AWS_MAX_ATTEMPTS=1 command aws sqs list-queues")
    assert done.returncode != 0
    assert set(shell.guard.asked()) == {"queue.amazonaws.com"}


def test_a_users_own_endpoint_still_wins(shell: Shell) -> None:
    done = shell.run("AWS_MAX_ATTEMPTS=1 aws sqs list-queues --endpoint-url https://queues.example.com")
    assert done.returncode != 0
    assert set(shell.guard.asked()) == {"queues.example.com"}


def test_boto3_stays_here_whatever_the_user_has_set_elsewhere(shell: Shell) -> None:
    done = shell.run('python -c "$1"', BOTO3)
    assert (done.returncode, shell.guard.asked()) == (0, []), done.stderr
    assert "StartSyncExecution" in done.stdout


def test_the_sagemaker_sdk_stays_here(shell: Shell) -> None:
    done = shell.run('python -c "$1"', SDK)
    assert (done.returncode, shell.guard.asked()) == (0, []), done.stderr
    bucket, arn = done.stdout.split()[-2:]
    assert bucket == f"sagemaker-{shell.settings.region}-000000000000"
    assert arn.endswith(":pipeline/of-a-shell")
    buckets = json.loads(shell.run("aws s3api list-buckets --output json").stdout)["Buckets"]
    assert bucket in {each["Name"] for each in buckets}


def test_the_sagemaker_sdk_without_its_defaults_file_would_have_left(shell: Shell) -> None:
    done = shell.run('unset SAGEMAKER_USER_CONFIG_OVERRIDE; export AWS_MAX_ATTEMPTS=1; python -c "$1"', SDK)
    assert done.returncode != 0
    assert "sts.us-east-1.amazonaws.com" in shell.guard.asked()
