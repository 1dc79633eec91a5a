"""Which failures are tried again, and for how long."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.exceptions import ParamValidationError
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import Clock
from sandbox.delivery.failures import RoleRefused, failure_of
from sandbox.delivery.retries import Exhausted, next_attempt
from sandbox.errors import NotInTheSandbox, ValidationError
from tests.sandbox.delivery.sample_deliveries import THROTTLED, answer, delivery


@pytest.mark.parametrize(
    ("error", "retried"),
    [
        (answer("ThrottlingException", 400), True),
        (answer("TooManyRequestsException", 429), True),
        (answer("InternalFailure", 500), True),
        (answer("ServiceUnavailable", 503), True),
        (answer("NotImplemented", 501), False),
        (answer("AccessDenied", 403), False),
        (answer("ResourceNotFoundException", 404), False),
        (answer("ValidationException", 400), False),
        (NotInTheSandbox("a target"), False),
        (ValidationError("no"), False),
        (RoleRefused("no"), False),
        (ParamValidationError(report="no"), False),
        (ZeroDivisionError(), False),
    ],
)
def test_only_what_passes_is_tried_again(error: Exception, retried: bool) -> None:
    assert failure_of(error).retried is retried


@given(attempts=st.integers(1, 185), jitter=st.floats(0, 1))
def test_the_waits_grow_up_to_half_a_minute(attempts: int, jitter: float) -> None:
    tried = replace(delivery(Clock()), attempts=attempts)
    due = next_attempt(tried, failure_of(THROTTLED), now=tried.accepted, jitter=lambda: jitter)
    assert isinstance(due, float)
    assert 0.25 <= due - tried.accepted <= 30
    assert attempts > 1 or due - tried.accepted <= 0.5


@given(most=st.integers(0, 185), attempts=st.integers(1, 200))
def test_there_are_as_many_retries_as_the_policy_says(most: int, attempts: int) -> None:
    tried = replace(delivery(Clock(), RetryPolicy={"MaximumRetryAttempts": most}), attempts=attempts)
    verdict = next_attempt(tried, failure_of(THROTTLED), now=tried.accepted)
    assert (verdict is Exhausted.ATTEMPTS) == (attempts > most)


def test_an_event_older_than_its_policy_is_given_up() -> None:
    tried = replace(delivery(Clock(), RetryPolicy={"MaximumEventAgeInSeconds": 60}), attempts=1)
    assert next_attempt(tried, failure_of(THROTTLED), now=tried.accepted + 61) is Exhausted.AGE
    assert isinstance(next_attempt(tried, failure_of(THROTTLED), now=tried.accepted + 30), float)
