"""`make smoke-aws` from end to end, with the sandbox in AWS's place: whole, and ended early."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.environment import variables
from sandbox.process import down, up
from sandbox.settings import SandboxSettings
from tests.conftest import client_of
from tests.repository_copy import copy_repository

PATIENCE = 900  # seconds, on a busy machine


class Account:
    """A sandbox in AWS's place, and a copy of the repository to check from."""

    def __init__(self, settings: SandboxSettings, folder: Path) -> None:
        self.settings, self.folder, self.client = settings, folder, client_of(settings)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
        command = [sys.executable, "-m", "smoke_aws", "--yes", "--in-sandbox", *arguments]
        environment = {**kept, **variables(self.settings), "CDK_VALIDATION": "false", "HOME": str(self.folder.parent)}
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def report(self) -> dict[str, Any]:
        [report] = (self.folder / ".smoke").glob("*/report.json")
        return dict(json.loads(report.read_text()))

    def left(self) -> list[str]:
        """What has the project's name in it, of what costs money."""
        stacks = [each["StackName"] for each in self.client("cloudformation").describe_stacks()["Stacks"]]
        endpoints = [each["EndpointName"] for each in self.client("sagemaker").list_endpoints()["Endpoints"]]
        buckets = [each["Name"] for each in self.client("s3").list_buckets()["Buckets"]]
        roles = [each["RoleName"] for each in self.client("iam").list_roles()["Roles"]]
        return [name for name in (*stacks, *endpoints, *buckets, *roles) if "smoke-" in name]


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    copy_repository(tmp_path / "golden-path")
    yield Account(up(tmp_path / "sandbox"), tmp_path / "golden-path")
    down(tmp_path / "sandbox")


def test_the_whole_check_confirms_and_leaves_nothing(account: Account) -> None:
    said, told = (checking := account.start("--production")).communicate(timeout=PATIENCE)
    assert checking.returncode == 0, told
    assert said.strip().endswith("/report.md")
    report = account.report()
    assert report["evidence"]["left"] == []
    assert [moment["name"] for moment in report["evidence"]["moments"]] == [
        *("Probes", "Deploy", "First builds", "Data", "Tags", "Push", "Train", "Staging", "Inspection", "Production"),
        "Removal",
    ]
    assert {row["what"]: row["was"] for row in report["beliefs"] if row["was"] != "confirmed"} == {}
    assert "which proves nothing about AWS" in report["head"]
    assert account.left() == []


def test_an_interruption_removes_what_was_made(account: Account) -> None:
    """As Ctrl-C does, in the middle of the deployment."""
    checking = account.start()
    told = []
    assert checking.stderr is not None
    for line in checking.stderr:
        told.append(line)
        if line.startswith("Deploy ..."):
            checking.send_signal(signal.SIGINT)
            break
    _, rest = checking.communicate(timeout=PATIENCE)
    assert checking.returncode == 130, f"{''.join(told)}{rest}"
    assert "Nothing is left." in rest
    assert account.report()["evidence"]["failure"] == "the wish of whoever started it"
    assert account.left() == []
