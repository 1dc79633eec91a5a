"""Lambda's asynchronous invocations inside ministack: handed on instead of run in a thread that a kill ends without a trace."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.store import Document

_ATTEMPTS, _AGE = 2, 21600  # PutFunctionEventInvokeConfig: what AWS takes when nothing is said


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """An event that a function took on."""

    function_arn: str
    """with the version or alias, where one was named"""
    function_name: str
    payload: str
    depth: int
    """of functions that call functions, which ministack stops at some point"""
    retry_policy: Document


@dataclass(frozen=True, kw_only=True)
class FailureDestinations:
    """The OnFailure destination and the dead-letter queue of a function, each empty where it has none."""

    role_arn: str
    destination_arn: str = ""
    dead_letter_arn: str = ""


def replace_asynchronous_invocation(post: Callable[[Invocation], None]) -> None:
    """Have `post` called before Invoke with InvocationType Event is answered; from any thread."""
    from ministack.services import lambda_svc  # noqa: PLC0415

    def invoke_async_with_retry(function: Document, event: Any) -> None:
        config, said = function.get("config") or function, _said(function)
        retries, age = said.get("MaximumRetryAttempts"), said.get("MaximumEventAgeInSeconds")
        policy = {
            "MaximumRetryAttempts": _ATTEMPTS if retries is None else retries,
            "MaximumEventAgeInSeconds": age or _AGE,
        }
        post(
            Invocation(
                function_arn=config["FunctionArn"],
                function_name=config["FunctionName"],
                payload=json.dumps(event),
                depth=lambda_svc._invoke_depth.get(),
                retry_policy=policy,
            )
        )

    lambda_svc.invoke_async_with_retry = invoke_async_with_retry


def run(function_arn: str, payload: str, *, depth: int) -> str | None:
    """Run a function; returns the error's message when it failed. LookupError when there is no such function any more."""
    from ministack.services import cloudwatch, lambda_svc  # noqa: PLC0415

    function, config, _ = lambda_svc._get_func_record_for_ref(function_arn)
    if not function or not config:
        raise LookupError(function_arn)
    lambda_svc._invoke_depth.set(depth)
    record = lambda_svc._execution_record_for_config(function, config)
    result = lambda_svc._execute_function_with_config_scope(record, json.loads(payload))
    # ministack counts an event that it takes on, as without error; what becomes of each attempt is for us to count.
    failed = 1.0 if result.get("error") else 0.0
    cloudwatch.record_metric("AWS/Lambda", "Errors", failed, "Count", {"FunctionName": config["FunctionName"]})
    if not failed:
        return None
    body = result.get("body")
    return str(body.get("errorMessage", body) if isinstance(body, dict) else body or "Unhandled")


def failure_destinations(function_arn: str) -> FailureDestinations | None:
    """None where there is no such function any more."""
    from ministack.services import lambda_svc  # noqa: PLC0415

    function, config, _ = lambda_svc._get_func_record_for_ref(function_arn)
    if not function or not config:
        return None
    destination = ((_said(function).get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    dead_letters = (config.get("DeadLetterConfig") or {}).get("TargetArn")
    return FailureDestinations(
        role_arn=config["Role"], destination_arn=destination or "", dead_letter_arn=dead_letters or ""
    )


def send_to_destination(arn: str, *, function_name: str, payload: str, error: str) -> None:
    """The envelope of OnFailure, as ministack has it."""
    from ministack.services import lambda_svc  # noqa: PLC0415

    result = {"error": True, "body": {"errorMessage": error}}
    lambda_svc._route_async_failure(arn, function_name, json.loads(payload), result)


def _said(function: Document) -> Document:
    """By PutFunctionEventInvokeConfig."""
    by_qualifier = function.get("event_invoke_configs") or {}
    return function.get("event_invoke_config") or by_qualifier.get("$LATEST") or {}
