"""Scheduler at a schedule's target: each call by the target's role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.acting import Actor, TakeOn
from sandbox.delivery import dead_letters
from sandbox.delivery.arns import Arn
from sandbox.delivery.delivery import Delivery
from sandbox.delivery.failures import Failure, RoleRefused
from sandbox.delivery.retries import Exhausted
from sandbox.delivery.schedule_calls import send
from sandbox.delivery.schedule_payload import filled
from sandbox.identity import AccessDenied

SERVICE = "scheduler"


@dataclass(frozen=True, kw_only=True)
class ScheduleTargets:
    """The Carrier of Scheduler."""

    take_on: TakeOn
    queue_url: Callable[[Arn], str]

    def deliver(self, delivery: Delivery) -> None:
        send(self, self.actor(delivery), delivery)

    def send_to_dlq(self, delivery: Delivery, failure: Failure, exhausted: Exhausted | None) -> bool:
        """By the target's role, which needs sqs:SendMessage (user guide, "Configuring a dead-letter queue")."""
        queue = (delivery.target.get("DeadLetterConfig") or {}).get("Arn")
        if not queue:
            return False
        letter = dead_letters.of_schedule(delivery, failure, exhausted, payload=filled(delivery))
        self.actor(delivery).client("sqs").send_message(QueueUrl=self.queue_url(Arn.parse(queue)), **letter)
        return True

    def actor(self, delivery: Delivery) -> Actor:
        """In trust policies aws:SourceArn is the schedule's group (user guide, "Confused deputy prevention")."""
        own = Arn.parse(delivery.arn)
        group = f"arn:aws:scheduler:{own.region}:{own.account}:schedule-group/{own.name.partition('/')[0]}"
        try:
            return self.take_on(delivery.target["RoleArn"], service=SERVICE, session=delivery.name, source_arn=group)
        except AccessDenied as denied:
            raise RoleRefused(denied.message) from denied
