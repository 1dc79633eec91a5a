"""The job runner: starts a container's command within milliseconds, on a zygote that has the heavy imports already."""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol, Self

from sandbox.containers.environment import AT_START, INTERPRETER
from sandbox.containers.launch import PYTHON
from sandbox.containers.link import Link
from sandbox.containers.plain import start_plain
from sandbox.containers.running import Command, Ending, RunningJob

# Python on macOS can fork, but Apple's libraries do not survive it: elsewhere each job is a new interpreter.
CAN_FORK = sys.platform == "linux"

_TICK = 0.05  # seconds until a stop request is noticed
# The zygote's XGBoost was imported without scikit-learn, which these classes need. scikit-learn alone can be imported.
_WRAPPERS = re.compile(rb"\bXGB(?:RF)?(?:Regressor|Classifier|Ranker|Model)\b|\bxgboost\.sklearn\b")


class Cancel(Protocol):
    """A stop request, as a threading.Event is one."""

    def is_set(self) -> bool: ...


class Runner:
    """Runs commands, several at once. The zygote is started with it, and anew when it has died."""

    def __init__(
        self, *, environment: Mapping[str, str] | None = None, grace: float = 120.0, fork: bool = CAN_FORK
    ) -> None:
        """`environment`: what the platform adds to every container, such as AWS_REGION.

        `grace`: seconds between SIGTERM and SIGKILL; SageMaker gives 120 (API StoppingCondition).
        """
        self.environment = dict(environment or {})
        self.grace = grace
        self._lock = threading.Lock()
        self._closed = False
        self._plain: list[RunningJob] = []
        self._link = Link() if fork else None

    def start(self, command: Command, *, log: Callable[[str], None]) -> RunningJob:
        """Start a command; each line that it writes goes to `log`, on a thread of its own."""
        fork = self._link is not None and forkable(command)
        with self._lock:
            if self._closed:
                raise RuntimeError("the job runner is closed: the sandbox is going down")
            if self._link is None:
                job = start_plain(command, log=log)
                self._plain = [*(each for each in self._plain if each.alive), job]
                return job
            with suppress(ConnectionError):
                return self._link.start(command, log=log, fork=fork)
            self._link.close()
            self._link = Link()
            return self._link.start(command, log=log, fork=fork)

    def run(
        self,
        command: Command,
        *,
        log: Callable[[str], None],
        timeout: float | None = None,
        cancel: Cancel | None = None,
    ) -> Ending:
        """Start a command and wait for its end, or make it end: after the timeout, or when a stop is requested."""
        job = self.start(command, log=log)
        deadline = None if timeout is None else time.monotonic() + timeout
        while (ending := job.wait(_TICK)) is None:
            if cancel is not None and cancel.is_set():
                return job.stop(grace=self.grace, why="cancel")
            if deadline is not None and time.monotonic() >= deadline:
                return job.stop(grace=self.grace, why="timeout")
        return ending

    @property
    def zygote(self) -> int | None:
        """The pre-warmed process, if there is one."""
        return self._link.pid if self._link is not None else None

    def close(self) -> None:
        """Kill every job, and the zygote."""
        with self._lock:
            self._closed = True
            if self._link is not None:
                self._link.close()
            for job in self._plain:
                job.stop(grace=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def forkable(command: Command) -> bool:
    """Whether a fork of the zygote is as good as a new interpreter: plain Python that needs nothing the zygote lacks."""
    argv, environment = command.argv, command.environment
    if len(argv) < 2 or argv[0] not in PYTHON:  # noqa: PLR2004  # a program and what it runs
        return False
    if any(environment.get(name, INTERPRETER[name]) != INTERPRETER[name] for name in AT_START):
        return False
    if argv[1] == "-m":
        return len(argv) > 2 and not _uses_wrappers(command.folder)  # noqa: PLR2004  # and the module
    script = command.folder / argv[1]
    return script.suffix == ".py" and script.is_file() and not _uses_wrappers(script.parent)


def _uses_wrappers(folder: Path) -> bool:
    return any(_WRAPPERS.search(path.read_bytes()) for path in folder.glob("**/*.py") if path.is_file())
