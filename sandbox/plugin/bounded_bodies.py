"""Requests and templates that nest or expand without bound: refused before any service of the process parses them.

ministack parses CloudFormation's templates on the loop that answers everybody, so one template of nested aliases would stop all
services. CloudFormation takes no aliases, and at most 1 MB of a template from S3.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from sandbox.bounds import OutOfBounds, check_json, check_yaml
from sandbox.errors import DeclaredError
from sandbox.protocol import Response
from sandbox.refusal import refused

_TEMPLATE = 1_048_576  # characters
_FORM = "application/x-www-form-urlencoded"
Query = dict[str, list[str]]
Dispatch = Callable[[str, str, dict[str, str], bytes, Query, str], Awaitable[Response]]


def refuse_unbounded_bodies() -> None:
    from ministack import app  # noqa: PLC0415 (only after `configure`)
    from ministack.services.cloudformation import changesets, engine, handlers  # noqa: PLC0415

    dispatch: Dispatch = app._dispatch_service_request
    parse: Callable[[str], dict[str, Any]] = engine._parse_template

    async def bounded(
        method: str, path: str, headers: dict[str, str], body: bytes, query: Query, request_id: str
    ) -> Response:
        try:
            check_body(headers, body)
        except OutOfBounds as error:
            message = f"The request is not taken: {error}."
            return refused(DeclaredError("SerializationException", message), headers)
        return await dispatch(method, path, headers, body, query, request_id)

    def parse_template(text: str) -> dict[str, Any]:
        check_template(text)
        return parse(text)

    app._dispatch_service_request = bounded
    for module in (changesets, engine, handlers):
        module._parse_template = parse_template


def check_body(headers: dict[str, str], body: bytes) -> None:
    """Raise OutOfBounds for a body of the JSON or the query protocol; objects and other payloads are what they are."""
    kind = headers.get("content-type", "")
    if "x-amz-target" in headers or kind.startswith("application/x-amz-json"):
        check_json(body.decode("utf-8", "replace"))
    elif kind.startswith(_FORM):
        for values in parse_qs(body.decode("utf-8", "replace")).values():
            for value in values:
                if value.lstrip().startswith(("{", "[")):
                    check_json(value)


def check_template(text: str) -> None:
    """Raise OutOfBounds, a ValueError, which CloudFormation's operations answer with ValidationError."""
    if text.lstrip().startswith("{"):
        check_json(text, largest=_TEMPLATE)
    else:
        check_yaml(text, largest=_TEMPLATE)
