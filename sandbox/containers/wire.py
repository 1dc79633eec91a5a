"""Messages between the sandbox and its zygote: a length, a JSON document, and with a new job the pipe for its output."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

Message = dict[str, Any]

_HEADER = struct.Struct("!I")


def send(channel: socket.socket, message: Message, *, output: int | None = None) -> None:
    """One message. The descriptor travels with the header, so that it arrives with its own message."""
    body = json.dumps(message).encode()
    header = _HEADER.pack(len(body))
    if output is None:
        channel.sendall(header)
    else:
        socket.send_fds(channel, [header], [output])
    channel.sendall(body)


def receive(channel: socket.socket) -> tuple[Message, int | None] | None:
    """The next message and the descriptor that came with it; None when the other side is gone."""
    try:
        header, descriptors, _, _ = socket.recv_fds(channel, _HEADER.size, 1)
        header += _exactly(channel, _HEADER.size - len(header)) if header else b""
        if not header:
            return None
        body = _exactly(channel, _HEADER.unpack(header)[0])
    except (ConnectionError, EOFError):
        return None
    return json.loads(body), descriptors[0] if descriptors else None


def _exactly(channel: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        chunk = channel.recv(size - len(received))
        if not chunk:
            raise EOFError
        received += chunk
    return received
