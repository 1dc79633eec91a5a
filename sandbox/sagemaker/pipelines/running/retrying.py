"""RetryPolicies: whether, and how soon, a failed step is tried again.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.sagemaker.pipelines.definition.definition import Step
from sandbox.sagemaker.pipelines.steps.contract import EXCEPTION_TYPES, SERVICE_FAULT, THROTTLING
from sandbox.store import Document

_MOST_ATTEMPTS, _LONGEST_INTERVAL, _LATEST_EXPIRY = 20, 43_200, 14_400


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """One policy."""

    exception_types: tuple[str, ...]
    interval: float = 1
    backoff: float = 2.0
    max_attempts: int = 5
    expire_after: float = float("inf")
    """seconds from the step's start"""


# AWS retries these unasked, without saying how often.
_UNASKED = RetryPolicy(exception_types=(SERVICE_FAULT, THROTTLING), max_attempts=2)


class Retries:
    """The retries of one step in one execution."""

    def __init__(self, step: Step, started: float) -> None:
        self._policies = [*map(_policy, step.retry_policies), _UNASKED]
        self._started = started
        self._taken = [0] * len(self._policies)

    def delay(self, exception_type: str, now: float) -> float | None:
        """Seconds until the next attempt, or None: no more. The first policy that names the type decides."""
        for position, policy in enumerate(self._policies):
            if exception_type in policy.exception_types:
                wait = policy.interval * policy.backoff ** self._taken[position]
                if self._taken[position] >= policy.max_attempts or now + wait > self._started + policy.expire_after:
                    return None
                self._taken[position] += 1
                return wait
        return None


def not_retried(step: Step, execution_arn: str, exception_type: str) -> str:
    """What AWS adds to the FailureReason when a policy could have helped, but there is none."""
    if not exception_type or any(exception_type in _policy(raw).exception_types for raw in step.retry_policies):
        return ""
    return (
        f"\nRetry not appropriate on execution of step with PipelineExecutionArn {execution_arn} and StepId {step.name}."
        f" No retry policy configured for the exception type {exception_type.upper().replace('.', '_')}."
    )


def _policy(raw: Document) -> RetryPolicy:
    expiry = raw.get("ExpireAfterMin")
    return RetryPolicy(
        exception_types=tuple(raw["ExceptionType"]),
        interval=raw.get("IntervalSeconds", 1),
        backoff=raw.get("BackoffRate", 2.0),
        max_attempts=raw.get("MaxAttempts", _MOST_ATTEMPTS if expiry else 5),  # ExpireAfterMin alone bounds the time
        expire_after=expiry * 60 if expiry else float("inf"),
    )


def faults(raw: object) -> Iterator[str]:
    """What is wrong with a policy's form."""
    if not isinstance(raw, dict) or not isinstance(raw.get("ExceptionType"), list) or not raw["ExceptionType"]:
        yield "a retry policy needs a list of ExceptionType"
        return
    for kind in raw["ExceptionType"]:
        if kind not in EXCEPTION_TYPES:
            yield f"exception type '{kind}' is not known; there are: {', '.join(EXCEPTION_TYPES)}"
    limits = (
        ("IntervalSeconds", 0, _LONGEST_INTERVAL),
        ("BackoffRate", 0, float("inf")),
        ("MaxAttempts", 1, _MOST_ATTEMPTS),
        ("ExpireAfterMin", 1, _LATEST_EXPIRY),
    )
    for name, least, most in limits:
        value = raw.get(name, least)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            yield f"{name} of a retry policy is a number from {least} to {most:g}, not {value!r}"
