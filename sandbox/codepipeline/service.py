"""The service CodePipeline: its operations, and what its executions reach (roles, events, the clock, the neighbours)."""

from __future__ import annotations

from sandbox.codepipeline.actions.abandonment import Abandonment
from sandbox.codepipeline.actions.contract import Neighbours, Providers
from sandbox.codepipeline.running.announcements import Announcer
from sandbox.codepipeline.running.deadlines import Deadlines
from sandbox.service import Operations, Service
from sandbox.service_context import STANDALONE, ServiceContext
from sandbox.settings import SandboxSettings


class CodePipeline(Service):
    """Actions run on threads of their own; every change of state is in the store before anything follows from it."""

    def __init__(
        self,
        *,
        settings: SandboxSettings,
        operations: Operations,
        providers: Providers,
        neighbours: Neighbours,
        around: ServiceContext = STANDALONE,
    ) -> None:
        super().__init__("codepipeline", settings=settings, operations=operations, around=around)
        self.providers, self.neighbours = providers, neighbours
        self.announcer = Announcer(self.store, around.emit)
        self.deadlines = Deadlines(around.clock)
        self.running: dict[str, Abandonment] = {}  # actions that run here, by their execution ids

    def close(self) -> None:
        self.deadlines.close()
        self.announcer.close()
        super().close()
