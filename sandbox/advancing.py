"""`python -m sandbox clock`: asks a running sandbox for its time, or puts it forward, over HTTP."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.fired import Fired
from sandbox.process import SandboxError
from sandbox.settings import HOST, SandboxSettings
from sandbox.store import Document

PATH = "/_sandbox/clock"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_LENGTH = re.compile(r"(\d{1,9}[smhdw])+")
_PATIENCE = 600.0  # seconds: each delivery is waited for


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The sandbox's time, and what fell due on the way there."""

    time: str
    fired: Sequence[Fired] = ()


def seconds_of(length: str) -> int:
    """Of 7d, 90m, 1w2d."""
    if not _LENGTH.fullmatch(length):
        raise SandboxError(f"{length} is no length of time: write it like 7d, 90m or 1h30m (units s, m, h, d, w).")
    return sum(int(part[:-1]) * _UNITS[part[-1]] for part in re.findall(r"\d+[smhdw]", length))


def read(settings: SandboxSettings) -> Reading:
    return Reading(time=_exchange(settings, "GET")["time"])


def advance(settings: SandboxSettings, seconds: float) -> Reading:
    """Returns when what fell due was delivered; not what follows from it."""
    answer = _exchange(settings, "POST", json.dumps({"advance": seconds}))
    return Reading(time=answer["time"], fired=[Fired(**fired) for fired in answer["fired"]])


def _exchange(settings: SandboxSettings, method: str, body: str | None = None) -> Document:
    connection = http.client.HTTPConnection(HOST, settings.port, timeout=_PATIENCE)
    try:
        connection.request(method, PATH, body=body, headers={"Content-Type": "application/json"})
        response = connection.getresponse()
        answer: Document = json.loads(response.read() or b"{}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SandboxError(f"The clock of the sandbox at {settings.endpoint_url} did not answer: {error!r}") from error
    finally:
        connection.close()
    if response.status != http.client.OK:
        raise SandboxError(str(answer.get("message", f"The clock answered {response.status}.")))
    return answer
