"""`python -m sandbox clock`: asks a running sandbox for its time, or puts it forward, over HTTP."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.controls_client import ask
from sandbox.fired import Fired
from sandbox.process import SandboxError
from sandbox.settings import SandboxSettings

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
    return Reading(time=ask(settings, "GET", PATH)["time"])


def advance(settings: SandboxSettings, seconds: float) -> Reading:
    """Returns when what fell due was delivered; not what follows from it."""
    answer = ask(settings, "POST", PATH, body={"advance": seconds}, patience=_PATIENCE)
    return Reading(time=answer["time"], fired=[Fired(**fired) for fired in answer["fired"]])
