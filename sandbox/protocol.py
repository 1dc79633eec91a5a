"""A request of the AWS JSON protocols in, a response out: how the clients of our own services speak.

SageMaker and the Code services speak `json` 1.1: POST /, operation in X-Amz-Target, timestamps as epoch seconds. SageMaker Runtime
speaks `rest-json`: POST /endpoints/{EndpointName}/invocations with the payload as body (botocore's service models).
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

from sandbox.errors import ServiceError, ValidationError

Response = tuple[int, dict[str, str], bytes]

_HALF_OF_A_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")  # or the whole of one
_LONGEST_MESSAGE = 8_000  # characters: an error never echoes more of what was sent than a person would read


def operation_of(headers: Mapping[str, str], prefix: str) -> str | None:
    """The operation that a JSON 1.1 request names (`prefix` is the service model's targetPrefix), or None for any other request."""
    target = headers.get("x-amz-target", "")
    return target.removeprefix(f"{prefix}.") if target.startswith(f"{prefix}.") else None


def request_of(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise _malformed(f"Could not parse request body into json: {error}") from error
    if not isinstance(request, dict):
        raise _malformed("Could not parse request body into json: it is not an object")
    if _HALF_OF_A_PAIR.search(body):
        try:
            json.dumps(request, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:  # no text that anything could be named by, kept or answered with
            raise _malformed("Could not parse request body into json: half of a surrogate pair") from error
    return {name: value for name, value in request.items() if value is not None}


def _malformed(message: str) -> ServiceError:
    error = ValidationError(message)
    error.code = "SerializationException"
    return error


def success(document: Mapping[str, Any]) -> Response:
    return 200, _headers(), json.dumps(document).encode()


def failure(error: ServiceError, **members: Any) -> Response:
    """`members` are what the error's shape has beside its message (such as ModelError's OriginalStatusCode)."""
    message = error.message
    if len(message) > _LONGEST_MESSAGE:
        message = f"{message[:_LONGEST_MESSAGE]}..."
    body = {"__type": error.code, "message": message, "Message": message, **members}
    return error.status, {**_headers(), "x-amzn-errortype": error.code}, json.dumps(body).encode()


def _headers() -> dict[str, str]:
    return {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": str(uuid.uuid4())}
