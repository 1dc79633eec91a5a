"""A delivery is kept until it was made, and what became of it can be seen."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from sandbox.clock import Clock
from sandbox.delivery.delivery import Delivery, Status
from sandbox.delivery.ledger import Ledger
from sandbox.delivery.retries import Exhausted
from tests.sandbox.delivery.sample_deliveries import DENIED, THROTTLED, Obedient, OneProcess, delivery

QUEUE = {"Arn": "arn:aws:sqs:us-east-1:000000000000:dlq"}


def test_what_was_posted_is_on_disk_until_the_target_took_it(tmp_path: Path) -> None:
    carrier = Obedient(None)
    process = OneProcess(tmp_path, carrier)
    posted = delivery(process.clock)
    [promise] = process.queue.post([posted])
    assert process.queue.carries_for(posted.arn)
    process.queue.start()
    assert promise.result(5).status is Status.DELIVERED
    assert not process.queue.carries_for(posted.arn)
    assert [each.id for each in carrier.taken] == [posted.id]
    process.queue.close()


def test_what_a_killed_process_left_is_delivered_by_the_next(tmp_path: Path) -> None:
    killed = OneProcess(tmp_path, Obedient(None))
    posted = delivery(killed.clock)
    killed.queue.post([posted])
    arrived = threading.Event()

    class Next(Obedient):
        def deliver(self, delivery: Delivery) -> None:
            super().deliver(delivery)
            arrived.set()

    carrier = Next(None)
    process = OneProcess(tmp_path, carrier)
    process.queue.start()
    assert arrived.wait(5)
    assert carrier.taken[0].id == posted.id
    process.queue.close()


def test_a_throttled_target_is_tried_again(tmp_path: Path) -> None:
    carrier = Obedient(THROTTLED, None)
    process = OneProcess(tmp_path, carrier)
    process.queue.start()
    posted = delivery(process.clock)
    [promise] = process.queue.post([posted])
    assert promise.result(5).status is Status.RETRYING
    process.clock.advance(60)  # the wait before the second attempt
    process.store.wait("delivery", posted.id, until=lambda waiting: waiting is None, timeout=5)
    assert carrier.taken[0].attempts == 2
    assert [entry["status"] for entry in Ledger(process.store).entries()] == ["Retrying", "Delivered"]
    process.queue.close()


def test_a_refused_call_goes_to_the_dead_letter_queue_at_once(tmp_path: Path) -> None:
    carrier = Obedient(DENIED)
    process = OneProcess(tmp_path, carrier)
    process.queue.start()
    [promise] = process.queue.post([delivery(process.clock, DeadLetterConfig=QUEUE)])
    assert promise.result(5).status is Status.DEAD_LETTER
    assert [(failure.code, exhausted) for failure, exhausted in carrier.dead_letters] == [("AccessDenied", None)]
    process.queue.close()


@pytest.mark.parametrize(
    ("policy", "exhausted"),
    [
        ({"MaximumRetryAttempts": 0}, Exhausted.ATTEMPTS),
        ({"MaximumEventAgeInSeconds": 0}, Exhausted.AGE),
    ],
)
def test_an_exhausted_policy_is_named(tmp_path: Path, policy: dict[str, int], exhausted: Exhausted) -> None:
    carrier = Obedient(THROTTLED)
    process = OneProcess(tmp_path, carrier)
    process.queue.start()
    [promise] = process.queue.post([delivery(process.clock, RetryPolicy=policy)])
    outcome = promise.result(5)
    assert outcome.status is Status.DROPPED
    assert outcome.error.startswith("ThrottlingException")
    assert carrier.dead_letters[0][1] is exhausted
    process.queue.close()


def test_a_dead_letter_queue_that_refuses_is_said_too(tmp_path: Path) -> None:
    class Closed(Obedient):
        def send_to_dlq(self, *_: object) -> bool:
            raise DENIED

    process = OneProcess(tmp_path, Closed(DENIED))
    process.queue.start()
    [promise] = process.queue.post([delivery(process.clock, DeadLetterConfig=QUEUE)])
    outcome = promise.result(5)
    assert outcome.status is Status.DROPPED
    assert "the dead-letter queue could not be sent it: AccessDenied" in outcome.error
    process.queue.close()


def test_a_fault_of_the_sandbox_is_no_end_of_the_queue(tmp_path: Path) -> None:
    process = OneProcess(tmp_path, Obedient(ZeroDivisionError("a fault"), None))
    process.queue.start()
    [first] = process.queue.post([delivery(process.clock)])
    assert "InternalFailure" in first.result(5).error
    [second] = process.queue.post([delivery(process.clock)])
    assert second.result(5).status is Status.DELIVERED
    process.queue.close()


def test_the_ledger_remembers_only_the_last_attempts(tmp_path: Path) -> None:
    process = OneProcess(tmp_path, Obedient(None), clock=Clock())
    process.queue.start()
    for _ in range(7):
        for promise in process.queue.post([delivery(process.clock) for _ in range(100)]):
            promise.result(10)
    assert 500 <= len(Ledger(process.store).entries()) <= 600
    process.queue.close()
