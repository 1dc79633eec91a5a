"""Who may speak to the sandbox: programs of this machine, and no web page.

Whoever can start a job can run code, and a browser carries any page's request to 127.0.0.1. A browser says of itself that it is
one: by Sec-Fetch-Site with every request, by Origin with those that may change something, by Referer with most. So a request is
refused that came from a page, by another name than this machine's own (a rebound DNS name), or as a GET that acts (the form that
an image or a link sends). A page of this very address is refused too: it lies in a bucket, where anybody may have put it, and
all buckets and services share the address. What is left to a browser is the address that a person types. Answers never let a
page of another address read them.

Fetch Metadata: https://www.w3.org/TR/fetch-metadata/; the Origin header: https://fetch.spec.whatwg.org/#origin-header
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]  # ASGI: scope, receive, send

_OWN_NAMES = ("127.0.0.1", "localhost", "::1")
_HOST = re.compile(
    r"\[?[0-9A-Za-z.:_-]+\]?(:\d+)?"
)  # a name or an address, and a port; no browser sends another letter
_TYPED = "none"  # Sec-Fetch-Site, where no page asked
# As much as Lambda takes of a function's code in base64, and more than any other request may have.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_LARGEST = 80 * 1024 * 1024
_TOO_LARGE = f"A request may have {_LARGEST} bytes: put what is larger into S3, and name it."
_GIT = "/v1/repos/"
# AWS's links for people, which its mails carry, and the request that identity brokers presign; each has its own proof in it.
_GETS = frozenset({"ConfirmSubscription", "Unsubscribe", "GetCallerIdentity"})


def guarded(application: Application) -> Application:
    """The ASGI application behind the gate."""

    async def gate(scope: Any, receive: Any, send: Any) -> None:
        refusal = _refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal is None and scope["type"] == "http" and _is_too_large(scope):
            await refuse(send, {"__type": "RequestEntityTooLargeException", "message": _TOO_LARGE}, status=413)
        elif refusal is None:
            await application(scope, receive, _for_no_page(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refuse(send, {"__type": "AccessDeniedException", "message": refusal})

    return gate


async def refuse(send: Send, answer: Mapping[str, str], *, status: int = 403) -> None:
    """Answer a request with a JSON document, before anything else has seen it."""
    body = json.dumps(answer).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _is_too_large(scope: Scope) -> bool:
    """What a request says of its own size, unless it carries an object (S3) or commits (Git)."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    size = headers.get(b"content-length", "0")
    is_s3 = "/s3/aws4_request" in headers.get(b"authorization", "") or b"X-Amz-Signature" in scope.get(
        "query_string", b""
    )
    return size.isdecimal() and int(size) > _LARGEST and not (is_s3 or scope["path"].startswith(_GIT))


def _for_no_page(send: Send) -> Send:
    """Without the headers by which a service would let the page of another address read its answer."""

    async def without_cors(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = [
                pair for pair in message.get("headers", ()) if not pair[0].lower().startswith(b"access-control-")
            ]
            message = {**message, "headers": headers}
        await send(message)

    return without_cors


def _refusal(scope: Scope) -> str | None:
    headers: dict[bytes, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.lower(), []).append(value.decode("latin-1"))
    hosts = headers.get(b"host", [])
    if len(hosts) != 1 or not is_own(f"//{hosts[0]}"):
        return "The sandbox answers to 127.0.0.1 and localhost alone."
    if _is_of_a_page(headers):
        return "The sandbox answers no web page."
    if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and _acts(scope):
        return "The sandbox takes an Action by POST alone, as AWS's SDKs send it."
    return None


def _is_of_a_page(headers: dict[bytes, list[str]]) -> bool:
    asked = any(site != _TYPED for site in headers.get(b"sec-fetch-site", []))
    return asked or b"origin" in headers or b"referer" in headers


def _acts(scope: Scope) -> bool:
    """Whether the query names an operation, as in the query protocol of CloudFormation, IAM, SNS, SQS, STS and others."""
    given = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    return not _GETS.issuperset(given.get("Action", []))


def is_own(url: str) -> bool:
    """Whether a URL's host is this machine's own name, or a name below localhost (a bucket's, say)."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(_HOST.fullmatch(parts.netloc)) and (host in _OWN_NAMES or host.endswith(".localhost"))
