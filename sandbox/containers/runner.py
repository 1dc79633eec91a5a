"""The job runner: starts a container's command within milliseconds, on a zygote that has the heavy imports already."""

from __future__ import annotations

import copy
import sys
import time
from collections.abc import Callable, Hashable, Mapping
from typing import Protocol, Self

from sandbox.containers.running import Command, Ending, RunningJob
from sandbox.containers.starter import Starter

# Python on macOS can fork, but Apple's libraries do not survive it: elsewhere each job is a new interpreter.
CAN_FORK = sys.platform == "linux"

_TICK = 0.05  # seconds until a stop request is noticed


class Cancel(Protocol):
    """A stop request, as a threading.Event is one."""

    def is_set(self) -> bool: ...


class Runner:
    """Runs commands, several at once. The zygote is started with it, and anew when it has died."""

    def __init__(
        self,
        *,
        environment: Mapping[str, str] | None = None,
        grace: float = 120.0,
        fork: bool = CAN_FORK,
        mount: bool = True,
    ) -> None:
        """`environment`: what the platform adds to every container, such as AWS_REGION.

        `grace`: seconds between SIGTERM and SIGKILL; SageMaker gives 120 (API StoppingCondition).

        `mount`: give each job a real /opt/ml where the kernel lets us; else the prefix is rewritten in what a job is given.
        """
        self.environment = dict(environment or {})
        self.grace = grace
        self._mount = mount
        self.installed: set[Hashable] = set()
        """which modules pip has made of code that says nothing of its own installation, with which variables"""
        self._starter = Starter(fork=fork)

    def with_environment(self, more: Mapping[str, str]) -> Runner:
        """The same runner, for containers that the platform gives these variables too: a role's credentials."""
        twin = copy.copy(self)
        twin.environment = {**self.environment, **more}
        return twin

    def start(self, command: Command, *, log: Callable[[str], None]) -> RunningJob:
        """Start a command; each line that it writes goes to `log`, on a thread of its own."""
        return self._starter.start(command, log=log)

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
    def mounts(self) -> bool:
        """Whether the jobs have a real /opt/ml."""
        return self._mount and self._starter.mounts

    @property
    def zygote(self) -> int | None:
        """The pre-warmed process, if there is one."""
        return self._starter.zygote

    def close(self) -> None:
        """Kill every job, and the zygote."""
        self._starter.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
