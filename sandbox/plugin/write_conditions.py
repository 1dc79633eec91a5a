"""The condition keys by which a policy asks for conditional writes, and what S3 takes of the header; ministack has neither.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.plugin.services import Handler
from sandbox.protocol import Response

_HEADERS = ("if-match", "if-none-match")


def know_write_conditions() -> None:
    """Once; every way into S3 reads the keys of its request by this one function when it is called."""
    from ministack import app  # noqa: PLC0415 (only after `configure`)
    from ministack.core import iam_actions  # noqa: PLC0415

    keys_of = iam_actions.s3_service_context

    def with_conditions(
        iam_action: str,
        query_params: dict[str, Any] | None,
        path: str = "",
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        keys: dict[str, Any] = keys_of(iam_action, query_params, path, headers)
        return keys | (_of_a_write(query_params or {}, headers or {}) if iam_action == "s3:PutObject" else {})

    iam_actions.s3_service_context = with_conditions
    app.SERVICE_HANDLERS["s3"] = _taking_a_star_alone(app.SERVICE_HANDLERS["s3"])


def _of_a_write(query: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, str]:
    """Of CreateMultipartUpload, UploadPart and UploadPartCopy s3:ObjectCreationOperation is false; they take no conditions."""
    if "uploads" in query or "partNumber" in query:
        return {"s3:ObjectCreationOperation": "false"}
    given = {f"s3:{name}": headers[name] for name in _HEADERS if headers.get(name)}
    return {"s3:ObjectCreationOperation": "true", **given}


def _taking_a_star_alone(handler: Handler) -> Handler:
    """API_PutObject on If-None-Match: "Expects the '*' character". With an ETag ministack would overwrite any other object."""

    async def answer(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
    ) -> Response:
        asked = {name.lower(): value for name, value in headers.items()}.get("if-none-match", "").strip()
        if method in ("PUT", "POST") and asked not in ("", "*"):
            return _not_implemented()
        response: Response = await handler(method, path, headers, body, query)
        return response

    return answer


def _not_implemented() -> Response:
    """S3 API reference, "Error responses"."""
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NotImplemented</Code>'
        "<Message>A header you provided implies functionality that is not implemented</Message>"
        "<Header>If-None-Match</Header></Error>"
    )
    return 501, {"Content-Type": "application/xml"}, content.encode()
