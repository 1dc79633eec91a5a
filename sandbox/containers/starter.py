"""What starts the runner's commands: the zygote where one can fork, a new interpreter elsewhere."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sandbox.containers.environment import AT_START, INTERPRETER
from sandbox.containers.launch import PYTHON
from sandbox.containers.link import Link
from sandbox.containers.plain import start_plain
from sandbox.containers.running import Command, RunningJob

# The zygote's XGBoost was imported without scikit-learn, which these classes need. scikit-learn alone can be imported.
_WRAPPERS = re.compile(rb"\bXGB(?:RF)?(?:Regressor|Classifier|Ranker|Model)\b|\bxgboost\.sklearn\b")


class Starter:
    """One for all the runners of a process, whatever environment each gives its containers."""

    def __init__(self, *, fork: bool) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self._plain: list[RunningJob] = []
        self._link = Link() if fork else None

    @property
    def zygote(self) -> int | None:
        return self._link.pid if self._link is not None else None

    @property
    def mounts(self) -> bool:
        """Whether a job's /opt/ml can be mounted there."""
        return self._link is not None and self._link.mounts

    def start(self, command: Command, *, log: Callable[[str], None]) -> RunningJob:
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

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._link is not None:
                self._link.close()
            for job in self._plain:
                job.stop(grace=0)


def forkable(command: Command) -> bool:
    """Whether a fork of the zygote is as good as a new interpreter: plain Python that needs nothing the zygote lacks."""
    argv, environment = command.argv, command.environment
    if command.fresh or len(argv) < 2 or argv[0] not in PYTHON:  # noqa: PLR2004  # a program and what it runs
        return False
    if any(environment.get(name, INTERPRETER[name]) != INTERPRETER[name] for name in AT_START):
        return False
    if argv[1] == "-m":
        return len(argv) > 2 and not _uses_wrappers(command.folder)  # noqa: PLR2004  # and the module
    script = command.here(argv[1])
    return script.suffix == ".py" and script.is_file() and not _uses_wrappers(script.parent)


def _uses_wrappers(folder: Path) -> bool:
    return any(_WRAPPERS.search(path.read_bytes()) for path in folder.glob("**/*.py") if path.is_file())
