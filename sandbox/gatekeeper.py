"""Who may speak to the sandbox: programs of this machine, and no web page.

Whoever can start a job can run code, and a browser will carry any page's request to 127.0.0.1. So a request that a page of another
site sent (it has an Origin), or that came by another name than this machine's own (a rebound DNS name), is refused.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

Scope = dict[str, Any]
Application = Callable[[Any, Any, Any], Awaitable[None]]  # ASGI: scope, receive, send

_OWN_NAMES = ("127.0.0.1", "localhost", "::1")


def guarded(application: Application) -> Application:
    """The ASGI application behind the gate."""

    async def gate(scope: Any, receive: Any, send: Any) -> None:
        refusal = _refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            body = json.dumps({"__type": "AccessDeniedException", "message": refusal}).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    return gate


def _refusal(scope: Scope) -> str | None:
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if not is_own(f"//{headers.get(b'host', '')}"):
        return "The sandbox answers to 127.0.0.1 and localhost alone."
    if (origin := headers.get(b"origin")) is not None and not is_own(origin):
        return "The sandbox answers no web page."
    return None


def is_own(url: str) -> bool:
    """Whether a URL's host is this machine's own name, or a name below localhost (a bucket's, say)."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host in _OWN_NAMES or host.endswith(".localhost")
