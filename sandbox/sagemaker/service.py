"""One operation in, one answer out: validated, dispatched, trimmed to the model's output shape."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Protocol

import botocore.session
from botocore.model import ServiceModel

from sandbox import validation
from sandbox.containers.objects import ObjectStore
from sandbox.containers.runner import Runner
from sandbox.errors import NotInTheSandbox
from sandbox.sagemaker.hosting.capture import Captures
from sandbox.sagemaker.hosting.fleet import Fleets
from sandbox.sagemaker.store import Document, Store
from sandbox.settings import SandboxSettings

Operation = Callable[["SageMaker", Document], Document]


class Logs(Protocol):
    """CloudWatch Logs, as the jobs need it."""

    def stream(self, *, group: str, name: str) -> Callable[[str], None]:
        """A function that takes one line; lines are in order and soon visible to GetLogEvents."""


@cache
def service_model(name: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(name)


class SageMaker:
    """The service: its store, what it reaches (objects, logs, the runner), and its operations.

    Jobs, endpoints and executions work on threads of their own and write each change of state to the store.
    """

    def __init__(
        self,
        *,
        settings: SandboxSettings,
        operations: Mapping[str, Operation],
        objects: ObjectStore,
        logs: Logs,
        runner: Runner,
    ) -> None:
        self.settings, self.operations = settings, operations
        self.objects, self.logs, self.runner = objects, logs, runner
        self.store = Store(settings.database)
        self.workers = ThreadPoolExecutor(max_workers=32, thread_name_prefix="sagemaker")
        self.fleets = Fleets()
        self.captures = Captures(objects)
        self.cancellations: dict[tuple[str, str], threading.Event] = {}  # of running jobs, by kind and name

    def call(self, operation: str, request: Document) -> Document:
        """Run one API operation. Raises ServiceError in AWS's codes."""
        if operation not in self.operations:
            raise NotInTheSandbox(f"sagemaker:{operation}")
        shapes = service_model("sagemaker").operation_model(operation)
        if shapes.input_shape is not None:
            validation.check(request, shapes.input_shape)
        response = self.operations[operation](self, request)
        members = shapes.output_shape.members if shapes.output_shape is not None else {}
        return {name: value for name, value in response.items() if name in members and value is not None}

    def arn(self, resource: str) -> str:
        """`resource` is the part after the account, such as `pipeline/abalone`."""
        return f"arn:aws:sagemaker:{self.settings.region}:{self.settings.account}:{resource}"

    def now(self) -> float:
        return round(time.time(), 3)  # AWS's timestamps have milliseconds

    def close(self) -> None:
        for cancel in list(self.cancellations.values()):
            cancel.set()
        self.fleets.close()
        self.captures.flush()
        self.workers.shutdown(wait=True, cancel_futures=True)
        self.store.close()
