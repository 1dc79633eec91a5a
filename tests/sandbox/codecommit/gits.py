"""The stock Git client with no configuration of the user's, and what EventBridge heard about a repository."""

from __future__ import annotations

import json
import os
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import ClientOf

WHO = {"GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.com"}
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    **WHO,
    **{name.replace("AUTHOR", "COMMITTER"): value for name, value in WHO.items()},
}


def run(*arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """A Git command; its output is text."""
    command = ["git", *arguments]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=check)


@dataclass(frozen=True)
class Clone:
    """A work tree whose origin is a repository of the sandbox."""

    folder: Path

    def git(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return run("-C", str(self.folder), *arguments, check=check)

    def commit(self, path: str, content: bytes) -> str:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(content)
        self.git("add", path)
        self.git("commit", "--quiet", "--message", f"Write {path}")
        return self.git("rev-parse", "HEAD").stdout.strip()


class Repository:
    """A new repository of the sandbox, and a queue with the events about it."""

    def __init__(self, client: ClientOf) -> None:
        self.name = f"r-{uuid.uuid4().hex[:8]}"
        self.codecommit = client("codecommit")
        self._sqs, events = client("sqs"), client("events")
        self._queue = self._sqs.create_queue(QueueName=self.name)["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        letter_box = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [{**letter_box, "Resource": arn}]})
        self._sqs.set_queue_attributes(QueueUrl=self._queue, Attributes={"Policy": policy})
        pattern = {"source": ["aws.codecommit"], "resources": [{"suffix": f":{self.name}"}]}
        events.put_rule(Name=self.name, EventPattern=json.dumps(pattern))
        events.put_targets(Rule=self.name, Targets=[{"Id": "queue", "Arn": arn}])
        metadata = self.codecommit.create_repository(repositoryName=self.name)["repositoryMetadata"]
        self.id, self.url, self.arn = metadata["repositoryId"], metadata["cloneUrlHttp"], metadata["Arn"]

    def clone(self, folder: Path, *arguments: str) -> Clone:
        run("clone", "--quiet", *arguments, self.url, str(folder))
        return Clone(folder)

    def call(self, operation: str, **request: Any) -> Any:
        return getattr(self.codecommit, operation)(repositoryName=self.name, **request)

    def tip(self, branch: str = "main") -> str:
        return str(self.call("get_branch", branchName=branch)["branch"]["commitId"])

    def heard(self, count: int) -> list[Any]:
        """The next events, of which there must be so many (or none at all after a moment)."""
        found: list[Any] = []
        while True:
            wait = 5 if len(found) < count else 0
            given = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10, WaitTimeSeconds=wait)
            messages = given.get("Messages", [])
            for message in messages:
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
                found.append(json.loads(message["Body"]))
            if not messages:
                assert len(found) == count, found
                return found
