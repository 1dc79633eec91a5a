"""The service SageMaker: its operations, and what they reach (objects, logs, the runner)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from sandbox.containers.objects import ObjectStore
from sandbox.containers.runner import Runner
from sandbox.sagemaker.hosting.capture import Captures
from sandbox.sagemaker.hosting.fleet import Fleets
from sandbox.service import Operations, Service
from sandbox.settings import SandboxSettings
from sandbox.store import Document
from sandbox.surroundings import ALONE, Surroundings

Operation = Callable[["SageMaker", Document], Document]


class Logs(Protocol):
    """CloudWatch Logs, as the jobs need it."""

    def stream(self, *, group: str, name: str) -> Callable[[str], None]:
        """A function that takes one line; lines are in order and soon visible to GetLogEvents."""


class SageMaker(Service):
    """Jobs, endpoints and executions work on threads of their own and write each change of state to the store."""

    def __init__(
        self,
        *,
        settings: SandboxSettings,
        operations: Operations,
        objects: ObjectStore,
        logs: Logs,
        runner: Runner,
        around: Surroundings = ALONE,
    ) -> None:
        super().__init__("sagemaker", settings=settings, operations=operations, around=around)
        self.objects, self.logs, self.runner = objects, logs, runner
        self.workers = ThreadPoolExecutor(max_workers=32, thread_name_prefix="sagemaker")
        self.fleets = Fleets()
        self.captures = Captures(objects)
        self.cancellations: dict[tuple[str, str], threading.Event] = {}  # of running jobs, by kind and name

    def close(self) -> None:
        for cancel in list(self.cancellations.values()):
            cancel.set()
        self.fleets.close()
        self.captures.flush()
        self.workers.shutdown(wait=True, cancel_futures=True)
        super().close()
