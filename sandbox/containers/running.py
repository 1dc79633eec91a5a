"""A process under way: its output read line by line, its end waited for, its whole group stopped."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

Interruption = Literal["timeout", "cancel"]

_LONGEST_LINE = 256 * 1024  # the most that one CloudWatch Logs event takes
_LAST_WORDS = 2.0  # seconds that output may still come after the process has ended


@dataclass(frozen=True, kw_only=True)
class Command:
    """What a container would be started with."""

    argv: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    python: Path | None = None
    """the container's own interpreter; else the sandbox's"""
    root: Path | None = None
    """the folder that stands for the container's `/`, if its /opt/ml is to be mounted"""
    fresh: bool = False
    """whether a fork of the zygote, which has its libraries imported, will not do"""

    def here(self, path: str) -> Path:
        """Where a path of the command lies on this machine."""
        inside = PurePosixPath(path)
        if self.root is not None and inside.is_relative_to("/opt/ml"):
            return self.root / inside.relative_to("/")
        return self.folder / inside


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a process ended: by itself (code), by a signal, or lost with the runner; and whether we made it end."""

    code: int | None = None
    signal: int | None = None
    lost: bool = False
    interrupted: Interruption | None = None

    @property
    def exit_code(self) -> int:
        """As Docker reports it: 128 and the signal's number for a killed process."""
        return self.code if self.code is not None else 128 + (self.signal or signal.SIGKILL)

    @property
    def succeeded(self) -> bool:
        return self.code == 0 and not self.lost and self.interrupted is None


class RunningJob:
    """One process and all it starts. `send` reaches its whole group; `finish` is called by whoever reaps it."""

    def __init__(self, *, output: int, log: Callable[[str], None], send: Callable[[int], None]) -> None:
        self._ended = threading.Event()
        self._ending = Ending(lost=True)
        self._send = send
        self._reader = threading.Thread(target=pump, args=(output, log), name="job output", daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        return not self._ended.is_set()

    def finish(self, ending: Ending) -> None:
        if self.alive:
            self._ending = ending
            self._ended.set()

    def wait(self, timeout: float | None = None) -> Ending | None:
        """How it ended, once all its output has been read; None if it has not within the time."""
        if not self._ended.wait(timeout):
            return None
        self._reader.join(_LAST_WORDS)  # a process that left its group may hold the pipe open
        return self._ending

    def stop(self, *, grace: float, why: Interruption | None = None) -> Ending:
        """SIGTERM for the whole group, then, after the grace, SIGKILL."""
        self._send(signal.SIGTERM)
        ending = self.wait(grace)
        if ending is None:
            self._send(signal.SIGKILL)
            ending = self.wait()
        return replace(ending or self._ending, interrupted=why)


def pump(output: int, log: Callable[[str], None]) -> None:
    """Give `log` each line that comes out of the descriptor, until it is closed at the other end."""
    rest = b""
    with os.fdopen(output, "rb", buffering=0) as pipe:
        while chunk := pipe.read(64 * 1024):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                log(_text(line))
            if len(rest) > _LONGEST_LINE:
                log(_text(rest))
                rest = b""
    if rest:
        log(_text(rest))


def _text(line: bytes) -> str:
    return line.removesuffix(b"\r").decode(errors="replace")
