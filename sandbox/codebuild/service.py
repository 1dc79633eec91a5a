"""The service CodeBuild: its store, its slots, and the builds that are under way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from sandbox.codebuild.running.slots import Slots
from sandbox.codebuild.running.watch import Watch
from sandbox.containers.runner import Runner
from sandbox.service import Operations, Service
from sandbox.service_context import STANDALONE, ServiceContext
from sandbox.settings import SandboxSettings

_LAST_SECONDS = 10.0  # that builds get to write their end when the sandbox goes down


class CodeBuild(Service):
    """Each build has a thread of its own, which writes every change of its state to the store."""

    def __init__(
        self,
        *,
        settings: SandboxSettings,
        operations: Operations,
        runner: Runner,
        repositories: Callable[[str], Path],
        around: ServiceContext = STANDALONE,
    ) -> None:
        """`repositories` gives the folder of CodeCommit's repository of a name."""
        super().__init__("codebuild", settings=settings, operations=operations, around=around)
        self.runner, self.repositories = runner, repositories
        self.slots = Slots()
        self._under_way: dict[str, tuple[Watch, threading.Thread]] = {}
        self._lock = threading.Lock()
        around.clock.watch(self._look_at_the_clock)

    @property
    def folder(self) -> Path:
        """What one build leaves for the next."""
        return self.settings.home / "codebuild"

    @property
    def work(self) -> Path:
        """Where builds run."""
        return self.settings.work / "codebuild"

    def begin(self, build_id: str, work: Callable[[Watch], None]) -> None:
        """Run a build on a thread of its own."""
        watch = Watch(self.around.clock)

        def run() -> None:
            try:
                work(watch)
            finally:
                with self._lock:
                    del self._under_way[build_id]

        thread = threading.Thread(target=run, name=f"build {build_id}", daemon=True)
        with self._lock:
            self._under_way[build_id] = watch, thread
        thread.start()

    def stop(self, build_id: str) -> None:
        with self._lock:
            found = self._under_way.get(build_id)
        if found:
            found[0].stop()
            self.slots.wake()

    def _look_at_the_clock(self) -> None:
        with self._lock:
            watches = [watch for watch, _ in self._under_way.values()]
        for watch in watches:
            watch.wake()
        self.slots.wake()

    def close(self) -> None:
        with self._lock:
            under_way = list(self._under_way.values())
        for watch, _ in under_way:
            watch.close()
        self.slots.wake()
        for _, thread in under_way:
            thread.join(_LAST_SECONDS)
        super().close()
