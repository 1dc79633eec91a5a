"""The service SageMaker: its operations, and what they reach (roles to take on, objects, logs, the runner, the bus)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sandbox.acting import Actor
from sandbox.caller import caller
from sandbox.containers.runner import Runner
from sandbox.sagemaker.events.announcing import Announcements
from sandbox.sagemaker.hosting.capture import Captures
from sandbox.sagemaker.hosting.fleet import Fleets
from sandbox.sagemaker.role_at_work import Reach, RoleAtWork, RolesAtWork
from sandbox.service import Operations, Service
from sandbox.service_context import STANDALONE, ServiceContext
from sandbox.settings import SandboxSettings
from sandbox.store import Document

Operation = Callable[["SageMaker", Document], Document]


class SageMaker(Service):
    """Jobs, endpoints and executions work on threads of their own and write each change of state to the store.

    What they do in other services they do as the role that the request gave them.
    """

    def __init__(
        self,
        *,
        settings: SandboxSettings,
        operations: Operations,
        reach: Reach,
        runner: Runner,
        around: ServiceContext = STANDALONE,
    ) -> None:
        super().__init__("sagemaker", settings=settings, operations=operations, around=around)
        self._roles = RolesAtWork(reach, runner)
        self.objects = reach.objects(None)  # SageMaker's own eyes: for what no role is named for
        self.workers = ThreadPoolExecutor(max_workers=32, thread_name_prefix="sagemaker")
        self.fleets = Fleets()
        self.captures = Captures()
        self.cancellations: dict[tuple[str, str], threading.Event] = {}  # of running jobs, by kind and name
        self._announcements = Announcements(self.store, around.emit)

    def take_on(self, role: str, *, source_arn: str) -> Actor:
        """`source_arn` is the job, model or pipeline on whose behalf. Raises AccessDenied."""
        return self.around.take_on(role, service="sagemaker", session="SageMaker", source_arn=source_arn)

    def work_as(self, role: str, *, source_arn: str) -> RoleAtWork:
        """As `take_on`, for whatever runs containers."""
        return self._roles.of(self.take_on(role, source_arn=source_arn))

    @property
    def place(self) -> str:
        """Region and account, as ARNs have them."""
        return f"{self.settings.region}:{self.settings.account}"

    def user(self) -> Document:
        """Who calls, as packages and groups remember it (API UserContext, IamIdentity)."""
        return {"IamIdentity": {"Arn": self.around.arn_of(caller())}}

    def close(self) -> None:
        for cancel in list(self.cancellations.values()):
            cancel.set()
        self.fleets.close()
        self.captures.flush()
        self.workers.shutdown(wait=True, cancel_futures=True)
        self._announcements.close()
        super().close()
