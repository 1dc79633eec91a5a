"""Requests that nest without bound: refused before any service of the process parses them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from sandbox.bounds import OutOfBounds, check_json, check_xml
from sandbox.errors import DeclaredError
from sandbox.protocol import Response
from sandbox.refusal import refused

# Bytes of the JSON and the query protocol: CreateCommit takes 20 MB of files, BatchWriteItem 16 MB of items. One byte of JSON may
# take thirty in memory, so this is what bounds the server's.
_LARGEST = 32 * 1024 * 1024
_XML = 2 * 1024 * 1024  # bytes; DeleteObjects names 1,000 keys of 1,024 bytes
_FORM = "application/x-www-form-urlencoded"
Query = dict[str, list[str]]
Dispatch = Callable[[str, str, dict[str, str], bytes, Query, str], Awaitable[Response]]


def refuse_unbounded_bodies() -> None:
    from ministack import app  # noqa: PLC0415 (only after `configure`)

    dispatch: Dispatch = app._dispatch_service_request

    async def bounded(
        method: str, path: str, headers: dict[str, str], body: bytes, query: Query, request_id: str
    ) -> Response:
        try:
            check_body(headers, body)
            if _is_document_of_s3(headers, body, query):
                check_xml(body, largest=_XML)
        except OutOfBounds as error:
            message = f"The request is not taken: {error}."
            if body.lstrip().startswith(b"<"):
                return _malformed_xml(message)
            return refused(DeclaredError("SerializationException", message), headers)
        return await dispatch(method, path, headers, body, query, request_id)

    app._dispatch_service_request = bounded


def _is_document_of_s3(headers: dict[str, str], body: bytes, query: Query) -> bool:
    """What configures a bucket, names objects to delete or ends an upload; not an object, and not a part of one."""
    return (
        bool(query)
        and "partNumber" not in query
        and "/s3/aws4_request" in headers.get("authorization", "")
        and body.lstrip().startswith(b"<")
    )


def _malformed_xml(message: str) -> Response:
    """In the words of S3: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
    content = f"<Error><Code>MalformedXML</Code><Message>{escape(message)}</Message></Error>"
    return 400, {"Content-Type": "application/xml"}, content.encode()


def check_body(headers: dict[str, str], body: bytes) -> None:
    """Raise OutOfBounds for a body of the JSON or the query protocol; objects and other payloads are what they are."""
    kind = headers.get("content-type", "")
    is_json = "x-amz-target" in headers or kind.startswith("application/x-amz-json")
    if (is_json or kind.startswith(_FORM)) and len(body) > _LARGEST:
        raise OutOfBounds(f"it has {len(body)} bytes, and at most {_LARGEST} are taken")
    if is_json:
        check_json(body.decode("utf-8", "replace"))
    elif kind.startswith(_FORM):
        for values in parse_qs(body.decode("utf-8", "replace")).values():
            for value in values:
                if value.lstrip().startswith(("{", "[")):
                    check_json(value)
