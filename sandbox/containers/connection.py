"""HTTP to one model server: connections are kept open and used again."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue

_POOLED = 16  # connections that are kept when nobody uses them


class Unreachable(Exception):
    """The server did not answer: it is gone, or breaks connections off."""


class TooSlow(Unreachable):
    """The server did not answer within the timeout."""


@dataclass(frozen=True, kw_only=True)
class InvocationResponse:
    """The container's answer, whatever its status."""

    status: int
    body: bytes
    content_type: str
    headers: Mapping[str, str]


class ConnectionPool:
    """Requests from several threads at once to one address."""

    def __init__(self, *, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._idle: SimpleQueue[http.client.HTTPConnection] = SimpleQueue()

    def request(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None, timeout: float
    ) -> InvocationResponse:
        """Send a request and read the whole answer. Raises Unreachable."""
        connection, used = self._take(timeout)
        try:
            return self._exchange(connection, method, path, body, headers or {})
        except TimeoutError as error:
            connection.close()
            raise TooSlow(f"no answer within {timeout:g} s") from error
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            if not used:
                raise Unreachable(f"no answer: {error or type(error).__name__}") from error
        self.close()  # the server had closed an idle connection: the others are as old
        return self.request(method, path, body=body, headers=headers, timeout=timeout)

    def close(self) -> None:
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def _take(self, timeout: float) -> tuple[http.client.HTTPConnection, bool]:
        try:
            connection = self._idle.get_nowait()
        except Empty:
            return http.client.HTTPConnection(self._host, self._port, timeout=timeout), False
        if connection.sock is not None:
            connection.sock.settimeout(timeout)
        return connection, True

    def _exchange(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> InvocationResponse:
        connection.request(method, path, body=body, headers=dict(headers))
        response = connection.getresponse()
        answer = InvocationResponse(
            status=response.status,
            body=response.read(),
            content_type=response.headers.get("Content-Type", ""),
            headers=dict(response.headers),
        )
        if response.will_close or self._idle.qsize() >= _POOLED:
            connection.close()
        else:
            self._idle.put(connection)
        return answer
