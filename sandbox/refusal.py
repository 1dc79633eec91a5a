"""What a client hears of a service that nobody here stands in for: its name, in its own protocol's form of an error."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from sandbox.errors import NotInTheSandbox, ServiceError
from sandbox.protocol import Response, failure

_FORM = "application/x-www-form-urlencoded"


def refusal(service: str, headers: Mapping[str, str], body: bytes) -> Response:
    """Names the operation where the protocol puts it beside the path: X-Amz-Target (json) or Action (query)."""
    form = headers.get("content-type", "").startswith(_FORM)
    action = parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0] if form else ""
    operation = headers.get("x-amz-target", "").rpartition(".")[2] or action
    error = NotInTheSandbox(f"{service}:{operation}" if operation else f"the service {service}")
    return refused(error, headers)


def refused(error: ServiceError, headers: Mapping[str, str]) -> Response:
    """An error in the protocol of the request."""
    if not headers.get("content-type", "").startswith(_FORM):
        return failure(error)
    content = (
        "<ErrorResponse><Error><Type>Sender</Type>"
        f"<Code>{error.code}</Code><Message>{escape(error.message)}</Message></Error></ErrorResponse>"
    )
    return error.status, {"Content-Type": "text/xml"}, content.encode()
