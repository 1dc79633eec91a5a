"""S3's objects on disk: a write that failed is told to the client. ministack only logs it, and a restart would find nothing."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from sandbox.plugin.services import Handler
from sandbox.protocol import Response

_failed: ContextVar[list[OSError] | None] = ContextVar("failed", default=None)


def tell_failed_writes() -> None:
    from ministack import app  # noqa: PLC0415
    from ministack.services import s3  # noqa: PLC0415

    write = s3._atomic_write

    def writing(path: str, data: Any, **how: Any) -> None:
        try:
            write(path, data, **how)
        except OSError as error:
            failed = _failed.get()
            if failed is not None:
                failed.append(error)
            raise

    s3._atomic_write = writing
    app.SERVICE_HANDLERS["s3"] = _telling(app.SERVICE_HANDLERS["s3"])


def _telling(handler: Handler) -> Handler:
    async def telling(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
    ) -> Response:
        failed: list[OSError] = []
        token = _failed.set(failed)
        try:
            response = await handler(method, path, headers, body, query)
        finally:
            _failed.reset(token)
        return _refusal(failed[0]) if failed else response

    return telling


def _refusal(error: OSError) -> Response:
    """S3's own code for a fault on its side (S3 API reference, "Error responses")."""
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>InternalError</Code>'
        f"<Message>The object could not be written: {error.strerror}. Make room on the disk, then try again.</Message></Error>"
    )
    return 500, {"Content-Type": "application/xml"}, content.encode()
