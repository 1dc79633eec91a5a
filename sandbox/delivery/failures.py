"""What went wrong with an attempt, and whether AWS would try again: throttling, faults of the target and time-outs alone.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html (a missing permission or a target that is not
there goes to the dead-letter queue at once)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from botocore.exceptions import ClientError, ParamValidationError

from sandbox.errors import ServiceError
from sandbox.identity import AccessDenied

_SERVER_FAULT, _TOO_MANY = 500, 429
_NOT_IMPLEMENTED = 501  # NotInTheSandbox, over the wire: trying again does not help
_THROTTLED = re.compile(r"Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|LimitExceeded|PriorRequestNotComplete")


@dataclass(frozen=True, kw_only=True)
class Failure:
    """In the words of the service that was called."""

    code: str
    message: str
    retried: bool
    assuming: bool = False
    """the role could not be taken on, so nothing was called"""


class RoleRefused(AccessDenied):
    """IAM does not let the service take on the target's role."""


def failure_of(error: Exception) -> Failure:
    if isinstance(error, ClientError):
        return _answered(error)
    if isinstance(error, ServiceError):
        refused = isinstance(error, RoleRefused)
        return Failure(code=error.code, message=error.message, retried=_passes(error.status), assuming=refused)
    if isinstance(error, ParamValidationError):
        return Failure(code="ValidationException", message=str(error), retried=False)
    return Failure(code="InternalFailure", message=repr(error), retried=False)


def is_fault_of_ours(failure: Failure) -> bool:
    """Then the log wants the traceback."""
    return failure.code == "InternalFailure"


def _answered(error: ClientError) -> Failure:
    code = str(error.response["Error"].get("Code", "Unknown"))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400))
    retried = _passes(status) or _THROTTLED.search(code) is not None
    return Failure(code=code, message=str(error.response["Error"].get("Message", "")), retried=retried)


def _passes(status: int) -> bool:
    return status == _TOO_MANY or (status >= _SERVER_FAULT and status != _NOT_IMPLEMENTED)
