"""What a dead-letter queue is sent: the undelivered payload, and in the message's attributes why.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html,
https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
"""

from __future__ import annotations

import json
import re

from sandbox.delivery.delivery import Delivery, instant
from sandbox.delivery.failures import Failure
from sandbox.delivery.retries import Exhausted
from sandbox.store import Document

_LONGEST = 1024  # characters of an error's message

# EventBridge has error codes of its own, whatever the target answered: the first that fits.
_CODES = (
    (r"AccessDenied|Unauthorized|NotAuthorized", "NO_PERMISSIONS"),
    (r"NotFound|NonExistent|DoesNotExist|NoSuch", "NO_RESOURCE"),
    (r"Throttl|TooManyRequests|SlowDown", "THROTTLING"),
    (r"LimitExceeded", "RESOURCE_LIMIT_EXCEEDED"),
    (r"Validation|Invalid|Malformed|Serialization", "INVALID_PARAMETER"),
    (r"NotImplemented", "SDK_CLIENT_ERROR"),
)


def of_rule(delivery: Delivery, failure: Failure, exhausted: Exhausted | None) -> Document:
    """The event itself, as it came to the bus; members of SendMessage."""
    texts = {
        "RULE_ARN": delivery.arn,
        "TARGET_ARN": delivery.target["Arn"],
        "ERROR_CODE": _code(failure),
        "ERROR_MESSAGE": failure.message[:_LONGEST],
        "EXHAUSTED_RETRY_CONDITION": exhausted,
    }
    letter = _message(json.dumps(delivery.event), texts)
    letter["MessageAttributes"]["RETRY_ATTEMPTS"] = {"DataType": "Number", "StringValue": _retries(delivery)}
    return letter


def of_schedule(delivery: Delivery, failure: Failure, exhausted: Exhausted | None, *, payload: str) -> Document:
    """The payload as the last attempt sent it; members of SendMessage."""
    texts = {
        "SCHEDULE_ARN": delivery.arn,
        "TARGET_ARN": delivery.target["Arn"],
        "ERROR_CODE": failure.code,
        "ERROR_MESSAGE": failure.message[:_LONGEST],
        "EXECUTION_ID": delivery.id,
        "SCHEDULED_TIME": instant(delivery.scheduled or delivery.accepted),
        "EXHAUSTED_RETRY_CONDITION": exhausted,
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": _retries(delivery),
    }
    return _message(payload, texts)


def _retries(delivery: Delivery) -> str:
    return str(delivery.attempts - 1)


def _code(failure: Failure) -> str:
    if failure.assuming:
        return "FAILED_TO_ASSUME_ROLE"
    fitting = (code for pattern, code in _CODES if re.search(pattern, failure.code))
    return next(fitting, "ERROR_FROM_TARGET" if failure.retried else "SDK_CLIENT_ERROR")


def _message(body: str, texts: dict[str, str | Exhausted | None]) -> Document:
    given = {name: str(text) for name, text in texts.items() if text}
    attributes = {name: {"DataType": "String", "StringValue": text} for name, text in given.items()}
    return {"MessageBody": body, "MessageAttributes": attributes}
