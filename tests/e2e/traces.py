"""What a moment of the loop leaves behind, for who looks: lines in a log, notices, and what could not be delivered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.e2e.loop import Loop
from tests.e2e.project import NAMES


def logged(loop: Loop, group: str) -> None:
    """A line in the log since the moment began."""

    def look() -> bool:
        logs = loop.project.client("logs")
        try:
            found = logs.filter_log_events(logGroupName=group, startTime=int(loop.started * 1000))
        except logs.exceptions.ResourceNotFoundException:
            return False
        return bool(found["events"])

    loop.until(look, f"the log {group}", "a line of this moment")


def subscribe(loop: Loop) -> None:
    """Have the notices come to a mailbox."""
    loop.project.mailbox()
    [url] = loop.project.client("sqs").list_queues(QueueNamePrefix="mailbox-")["QueueUrls"]
    loop.learn(mailbox=url.rpartition("/")[2])


def noticed(loop: Loop, *words: str) -> None:
    """A notice that says all of this, among those since the last look."""

    def look() -> bool:
        return any(all(word in each["Body"] for word in words) for each in _received(loop, loop.known["mailbox"]))

    loop.until(look, "the notices", f"a notice that tells of {' and '.join(words)}")


def undelivered(loop: Loop, is_it: Callable[[dict[str, Any]], bool], what: str) -> None:
    """A message in the queue of what could not be delivered."""
    stack = loop.project.client("cloudformation").describe_stacks(StackName=f"{NAMES.project}-foundation")["Stacks"][0]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    queue = outputs["UndeliveredQueueUrl"].rpartition("/")[2]
    loop.until(lambda: any(map(is_it, _received(loop, queue))), "the dead-letter queue", what)


def _received(loop: Loop, queue: str) -> list[dict[str, Any]]:
    sqs = loop.project.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    for each in found.get("Messages", []):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return list(found.get("Messages", []))
