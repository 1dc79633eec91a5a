"""Deliveries for tests, and a carrier that does as it is told."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from sandbox.clock import Clock
from sandbox.delivery.delivery import Delivery, Source
from sandbox.delivery.delivery_queue import DeliveryQueue
from sandbox.delivery.failures import Failure
from sandbox.delivery.retries import Exhausted
from sandbox.store import Store

TARGET = {"Arn": "arn:aws:sqs:us-east-1:000000000000:q"}


def delivery(clock: Clock, **target: Any) -> Delivery:
    now = clock.now()
    arn = "arn:aws:events:us-east-1:000000000000:rule/r"
    given = {**TARGET, **target}
    return Delivery(source=Source.RULE, name="r", arn=arn, target=given, payload="{}", accepted=now, due=now)


def answer(code: str, status: int) -> ClientError:
    error: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(error, "SendMessage")


THROTTLED, DENIED = answer("ThrottlingException", 400), answer("AccessDenied", 403)


class Obedient:
    """Answers each attempt with the next of `answers` (an exception, or None for taken), the last one for good."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.taken: list[Delivery] = []
        self.dead_letters: list[tuple[Failure, Exhausted | None]] = []
        self.open = threading.Event()
        self.open.set()

    def deliver(self, delivery: Delivery) -> None:
        self.open.wait(10)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if found is not None:
            raise found
        self.taken.append(replace(delivery))

    def send_to_dlq(self, delivery: Delivery, failure: Failure, exhausted: Exhausted | None) -> bool:
        self.dead_letters.append((failure, exhausted))
        return "DeadLetterConfig" in delivery.target


class OneProcess:
    """a delivery queue over a store in a folder, as one process of the sandbox has it."""

    def __init__(self, folder: Path, carrier: Obedient, *, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.store = Store(folder / "delivery.sqlite")
        self.queue = DeliveryQueue(
            store=self.store, clock=self.clock, carriers={Source.RULE: carrier, Source.SCHEDULE: carrier}
        )
