"""What a schedule sends its target: its Input with the context attributes of the attempt, or Scheduler's own notification."""

from __future__ import annotations

import json
import re

from sandbox.delivery import universal
from sandbox.delivery.arns import Arn
from sandbox.delivery.delivery import Delivery, instant
from sandbox.store import Document


def filled(delivery: Delivery) -> str:
    """The payload of this attempt.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    """
    time = instant(delivery.scheduled or delivery.accepted)
    if not delivery.payload:
        return _notification(delivery, time)
    attributes = {
        "schedule-arn": delivery.arn,
        "scheduled-time": time,
        "execution-id": delivery.id,
        "attempt-number": str(max(delivery.attempts, 1)),
    }
    payload = delivery.payload
    for name, value in attributes.items():
        payload = payload.replace(f"<aws.scheduler.{name}>", value)
    return payload


def _notification(delivery: Delivery, time: str) -> str:
    """What a templated target is sent without Input; a universal one is sent no members."""
    if universal.is_universal(delivery.target["Arn"]):
        return "{}"
    own = Arn.parse(delivery.arn)
    event: Document = {
        "version": "0",
        "id": delivery.id,
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": own.account,
        "time": time,
        "region": own.region,
        "resources": [delivery.arn],
        "detail": "{}",
    }
    return json.dumps(event)


def example(payload: str) -> str:
    """With some value for each context attribute, to look at its form before there is an attempt."""
    return re.sub(r"<aws\.scheduler\.(schedule-arn|scheduled-time|execution-id|attempt-number)>", "0", payload)
