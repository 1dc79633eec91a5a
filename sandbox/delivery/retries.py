"""When a failed delivery is tried again, and which condition of its retry policy is exhausted when it is not.

RetryPolicy of PutTargets and CreateSchedule: at most MaximumRetryAttempts more attempts, none after MaximumEventAgeInSeconds. The
waits grow exponentially, with jitter. They are shorter here than AWS's (which are not documented): nobody waits a minute for them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from enum import StrEnum

from sandbox.delivery.delivery import Delivery
from sandbox.delivery.failures import Failure

_ATTEMPTS, _AGE = 185, 86400  # what AWS takes when the policy does not say
_FIRST, _LONGEST = 0.5, 30.0  # seconds


class Exhausted(StrEnum):
    """EXHAUSTED_RETRY_CONDITION of a dead letter."""

    ATTEMPTS = "MaximumRetryAttempts"
    AGE = "MaximumEventAgeInSeconds"


def next_attempt(
    delivery: Delivery, failure: Failure, *, now: float, jitter: Callable[[], float] = random.random
) -> float | Exhausted | None:
    """The moment of the next attempt; what is exhausted; or None, when such a failure is never tried again.

    `delivery.attempts` counts the one that has just failed.
    """
    if not failure.retried:
        return None
    policy = delivery.target.get("RetryPolicy") or {}
    most = int(policy.get("MaximumRetryAttempts", _ATTEMPTS))
    if delivery.attempts > most:
        return Exhausted.ATTEMPTS
    longest = min(_LONGEST, _FIRST * 2.0 ** min(delivery.attempts - 1, 16))
    due = now + longest * (1 + jitter()) / 2
    if due - delivery.accepted > int(policy.get("MaximumEventAgeInSeconds", _AGE)):
        return Exhausted.AGE
    return due
