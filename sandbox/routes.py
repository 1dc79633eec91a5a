"""What the port answers beside AWS's APIs: Git over HTTP, and the sandbox's own controls; told apart by the path alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.gatekeeper import Application, Scope
from sandbox.protocol import Response

Receive = Callable[[], Awaitable[dict[str, Any]]]  # ASGI's messages
Send = Callable[[dict[str, Any]], Awaitable[None]]

_LARGEST = 256 * 1024 * 1024  # bytes of a request's body


@dataclass(frozen=True, kw_only=True)
class Request:
    """One HTTP request, whole."""

    method: str
    path: str
    query: str
    """as sent, without the question mark"""
    headers: Mapping[str, str]
    """names in small letters"""
    body: bytes
    of_root: bool = False
    """signed by the account's root"""


Route = Callable[[Request], Response]  # runs on a worker thread, so it may block


# (method, path, query, headers as they came, body) -> whether the account's root signed it
RootSigned = Callable[[str, str, str, list[tuple[bytes, bytes]], bytes], bool]


def routed(application: Application, routes: Mapping[str, Route], *, root_signed: RootSigned) -> Application:
    """The ASGI application with some paths (by their beginnings) answered by routes of our own."""

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "") if scope["type"] == "http" else ""
        answer = next((answer for prefix, answer in routes.items() if path.startswith(prefix)), None)
        if answer is None:
            await application(scope, receive, send)
            return
        body = await _body(receive)
        if body is None:
            status, headers, content = 413, {"Content-Type": "text/plain"}, b"The request is larger than 256 MiB.\n"
        else:
            status, headers, content = await asyncio.to_thread(answer, _request(scope, body, root_signed))
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        raw.append((b"content-length", str(len(content)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": content})

    return route


async def _body(receive: Receive) -> bytes | None:
    """All of it; None when it is too large, and then too it is taken in to its end: a client that still sends hears no answer."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size <= _LARGEST:
            parts.append(part)
        else:
            parts.clear()
        if not message.get("more_body"):
            return b"".join(parts) if size <= _LARGEST else None


def _request(scope: Scope, body: bytes, root_signed: RootSigned) -> Request:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = scope.get("query_string", b"").decode("latin-1")
    method, path = scope["method"], scope["path"]
    of_root = root_signed(method, path, query, scope["headers"], body)
    return Request(method=method, path=path, query=query, headers=headers, body=body, of_root=of_root)


def for_root(route: Route) -> Route:
    """The route, for requests that the account's root has signed: a job or a build has its role's credentials, and no more."""

    def answer(request: Request) -> Response:
        if request.of_root:
            return route(request)
        message = "The sandbox's controls answer its account's root alone: sign with the key that `env` prints."
        return 403, {"Content-Type": "application/json"}, json.dumps({"message": message}).encode()

    return answer
