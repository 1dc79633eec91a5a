"""A sandbox of its own for the tests that move the clock or kill the process, and the AWS resources they begin with."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.process import down, up
from sandbox.settings import SandboxSettings
from tests.conftest import client_of


class Aws:
    """Clients of one sandbox, and the few resources that deliveries need."""

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self.client = client_of(settings)
        self.sqs, self.iam, self.events = self.client("sqs"), self.client("iam"), self.client("events")
        self.scheduler = self.client("scheduler")

    @staticmethod
    def name(prefix: str) -> str:
        return f"{prefix}-{uuid.uuid4().hex[:8]}"

    def queue(self, *, lets_in: str | None = None) -> tuple[str, str]:
        """URL and ARN; `lets_in` is the ARN of the rule that EventBridge may send for."""
        name = self.name("q")
        arn = f"arn:aws:sqs:{self.settings.region}:{self.settings.account}:{name}"
        attributes = {} if lets_in is None else {"Policy": statement(arn, "sqs:SendMessage", lets_in)}
        return self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"], arn

    def role(self, service: str, allows: dict[str, str], *, source_arn: str = "*") -> str:
        """A role of that service, on behalf of `source_arn`, with each action on its resource."""
        name, principal = self.name("role"), {"Service": f"{service}.amazonaws.com"}
        trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        if source_arn != "*":
            trust["Condition"] = {"ArnLike": {"aws:SourceArn": source_arn}}
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))
        given = [{"Effect": "Allow", "Action": action, "Resource": arn} for action, arn in allows.items()]
        if given:
            self.iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(*given))
        return str(made["Role"]["Arn"])

    def rule(self, source: str, **target: Any) -> str:
        """Its ARN; no target yet when none is given."""
        name = self.name("rule")
        arn = self.events.put_rule(Name=name, EventPattern=json.dumps({"source": [source]}))["RuleArn"]
        if target:
            self.target(arn, **target)
        return str(arn)

    def target(self, rule_arn: str, **target: Any) -> None:
        self.events.put_targets(Rule=rule_arn.rpartition("/")[2], Targets=[{"Id": "1", **target}])

    def emit(self, source: str, **detail: Any) -> None:
        entry = {"Source": source, "DetailType": "Test", "Detail": json.dumps(detail)}
        assert self.events.put_events(Entries=[entry])["FailedEntryCount"] == 0

    def schedule(self, expression: str, target: dict[str, Any], **members: Any) -> str:
        name = self.name("schedule")
        window = {"Mode": "OFF"}
        self.scheduler.create_schedule(
            Name=name, ScheduleExpression=expression, FlexibleTimeWindow=window, Target=target, **members
        )
        return name

    def message(self, url: str, seconds: int = 5) -> dict[str, Any]:
        """The next of a queue."""
        answer = self.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=seconds, MessageAttributeNames=["All"])
        [message] = answer.get("Messages") or [{}]
        if message:
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return dict(message)

    def body(self, url: str) -> Any:
        return json.loads(self.message(url)["Body"])


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def statement(resource: str, action: str, source_arn: str) -> str:
    """A resource's own policy for EventBridge."""
    principal, only = {"Service": "events.amazonaws.com"}, {"ArnEquals": {"aws:SourceArn": source_arn}}
    return policy(
        {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource, "Condition": only}
    )


@pytest.fixture(scope="session")
def own_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxSettings]:
    home = tmp_path_factory.mktemp("delivery")
    yield up(home)
    down(home)


@pytest.fixture
def aws(own_sandbox: SandboxSettings) -> Aws:
    return Aws(own_sandbox)
