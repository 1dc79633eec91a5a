"""Lambda's asynchronous failures inside ministack: what a function's dead-letter queue or topic is due, handed on, not sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.store import Document


@dataclass(frozen=True, kw_only=True)
class FunctionFailure:
    """An event that a function failed on for the last time."""

    function_arn: str
    function_name: str
    role_arn: str
    dead_letter_arn: str
    payload: str
    error_message: str


def replace_function_dead_letters(send: Callable[[FunctionFailure], None]) -> None:
    """Destinations (OnFailure) stay ministack's; only their envelope is what ministack sends to a dead-letter queue too.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    from ministack.services import lambda_svc  # noqa: PLC0415

    route = lambda_svc._route_async_failure

    def route_async_failure(target_arn: str, name: str, event: Any, result: Document) -> None:
        config = (lambda_svc._functions.get(name) or {}).get("config") or {}
        if (config.get("DeadLetterConfig") or {}).get("TargetArn") != target_arn:
            route(target_arn, name, event, result)
            return
        body = result.get("body")
        error = body if isinstance(body, dict) else {}
        failed = FunctionFailure(
            function_arn=config["FunctionArn"],
            function_name=name,
            role_arn=config["Role"],
            dead_letter_arn=target_arn,
            payload=json.dumps(event),
            error_message=str(error.get("errorMessage", body or "")),
        )
        send(failed)

    lambda_svc._route_async_failure = route_async_failure
