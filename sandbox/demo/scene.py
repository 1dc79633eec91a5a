"""What every moment of the demo needs: the sandbox's address, clients, the project, the screen; and the list of moments."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sandbox.demo.clients import Clients, refusals
from sandbox.demo.layout import Layout
from sandbox.demo.moments.delivery import Delivery
from sandbox.demo.moments.project import Project
from sandbox.demo.outcome import Elapsed
from sandbox.demo.screen import Moment, Screen
from sandbox.settings import SandboxSettings


@dataclass
class Watch:
    """Shows each moment, and remembers how long it took."""

    layout: Layout
    screen: Screen
    elapsed: list[Elapsed] = field(default_factory=list)

    @contextmanager
    def moment(self, title: str) -> Iterator[Moment]:
        started = time.monotonic()
        with self.screen.moment(title) as moment, refusals(title.lower(), self.layout):
            yield moment
        self.elapsed.append(Elapsed(title, round(time.monotonic() - started, 1)))


@dataclass(frozen=True)
class Scene:
    """A deployed project in a running sandbox."""

    watch: Watch
    settings: SandboxSettings
    clients: Clients
    project: Project

    @property
    def layout(self) -> Layout:
        return self.watch.layout

    @property
    def building(self) -> Delivery:
        return Delivery(self.clients, self.project.names.model_build, self.layout)

    @property
    def deploying(self) -> Delivery:
        return Delivery(self.clients, self.project.names.model_deploy, self.layout)
