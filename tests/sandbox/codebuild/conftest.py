"""Builds of the shared sandbox: projects with a role of their own, run to their end."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.conftest import ClientOf

_NUMBER = itertools.count(1)
_PATIENCE = 60.0  # seconds; no build of a test takes that long
ALL = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]


@dataclass
class Built:
    """A build that has ended."""

    build: dict[str, Any]
    lines: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        return str(self.build["buildStatus"])

    @property
    def phases(self) -> dict[str, str]:
        return {phase["phaseType"]: phase.get("phaseStatus", "") for phase in self.build["phases"]}

    def context(self, phase: str) -> dict[str, str]:
        """Why a phase failed."""
        found = next(each for each in self.build["phases"] if each["phaseType"] == phase)
        context: dict[str, str] = found["contexts"][0]
        return context

    @property
    def output(self) -> list[str]:
        """What the commands wrote."""
        return [line for line in self.lines if not line.startswith("[Container]")]


@dataclass
class Builder:
    """Makes projects and runs them."""

    client: ClientOf

    def role(self, statements: list[dict[str, Any]], service: str = "codebuild") -> str:
        name, iam = f"build-role-{next(_NUMBER)}", self.client("iam")
        principal = {"Service": f"{service}.amazonaws.com"}
        trust = {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]}
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_role_policy(RoleName=name, PolicyName="policy", PolicyDocument=policy)
        return arn

    def project(self, buildspec: str = "", *, statements: list[dict[str, Any]] | None = None, **members: Any) -> str:
        """Without source or artifacts, unless told otherwise."""
        name = f"project-{next(_NUMBER)}"
        source = {"type": "NO_SOURCE", "buildspec": buildspec}
        request: dict[str, Any] = {
            "source": source,
            "artifacts": {"type": "NO_ARTIFACTS"},
            "environment": {
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
                "computeType": "BUILD_GENERAL1_SMALL",
            },
            "serviceRole": members.pop("serviceRole", None) or self.role(ALL if statements is None else statements),
            **members,
        }
        self.client("codebuild").create_project(name=name, **request)
        return name

    def run(self, buildspec: str, **members: Any) -> Built:
        return self.start(self.project(buildspec, **members))

    def start(self, project: str, **overrides: Any) -> Built:
        return self.ended(self.client("codebuild").start_build(projectName=project, **overrides)["build"]["id"])

    def ended(self, build_id: str) -> Built:
        build = self.until(build_id, lambda build: bool(build["buildComplete"]))
        return Built(build, self._lines(build["logs"]))

    def until(self, build_id: str, there: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        codebuild, deadline = self.client("codebuild"), time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            build: dict[str, Any] = codebuild.batch_get_builds(ids=[build_id])["builds"][0]
            if there(build):
                return build
            time.sleep(0.02)
        raise AssertionError(f"{build_id} did not get there: {build}")

    def _lines(self, logs: dict[str, Any]) -> list[str]:
        if "groupName" not in logs:
            return []
        place = {"logGroupName": logs["groupName"], "logStreamName": logs["streamName"]}
        events = self.client("logs").get_log_events(**place, startFromHead=True)["events"]
        return [event["message"] for event in events]


@pytest.fixture
def builder(client: ClientOf) -> Builder:
    return Builder(client)


@pytest.fixture
def bucket(client: ClientOf) -> str:
    name = f"build-{uuid.uuid4().hex[:12]}"
    client("s3").create_bucket(Bucket=name)
    return name
