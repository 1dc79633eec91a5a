"""The process dies at any of its writes: no state is lost, and no action runs twice by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import pytest

from sandbox.codepipeline.running import records
from sandbox.store import Document, Store
from tests.sandbox.codepipeline.world import WAIT, World, build, pipeline, stage


class Killed(BaseException):
    """The process is gone."""


class Dying:
    """Store.put of a process that dies at its n-th write, unless its execution ends before."""

    def __init__(self, writes: int) -> None:
        self.left, self.put, self.over = writes, Store.put, threading.Event()

    def replacement(self) -> Callable[..., None]:
        def put(store: Store, kind: str, key: str, document: Document, *, parent: str = "") -> None:
            self.left -= 1
            if self.left < 0:
                self.over.set()
                raise Killed
            self.put(store, kind, key, document, parent=parent)
            if kind == records.EXECUTION and document["status"] == "Succeeded":
                self.over.set()

        return put


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # a thread dies as its process does
@pytest.mark.parametrize("writes", range(0, 120, 4))
def test_an_execution_can_be_brought_to_its_end_whenever_the_process_dies(tmp_path: Path, writes: int) -> None:
    world = World(tmp_path)
    declared = pipeline(stage("Build", build("Build"), build("Beside")), stage("Deploy", build("Deploy")))
    dying = Dying(writes)
    with patch.object(Store, "put", dying.replacement()):
        with suppress(Killed):
            world.create(declared)
        assert dying.over.wait(WAIT)
        world.codepipeline.close()
    world.kill()
    try:
        _continue(world, declared)
    finally:
        world.close()


def _continue(world: World, declared: Document) -> None:
    """What a user would do: create it again if it never was, retry what was cut off."""
    if not world.codepipeline.store.all("pipeline"):
        assert world.runs == []
        world.create(declared)
    [execution] = world.executions()
    identity = execution["pipelineExecutionId"]
    retries = 0
    while world.ended(identity) == "Failed":
        known = records.actions(world.codepipeline.store, identity)
        failed = next(run for run in known if run["status"] == "Failed")
        assert "The sandbox stopped" in failed["output"]["executionResult"]["errorDetails"]["message"]
        place = {"pipelineName": "p", "stageName": failed["stageName"], "pipelineExecutionId": identity}
        world.call("RetryStageExecution", **place, retryMode="FAILED_ACTIONS")
        retries += 1
        assert retries <= 1
    assert {"Fetch", "Build", "Beside", "Deploy"} == set(world.runs)
    for name in set(world.runs):
        assert world.runs.count(name) <= 1 + retries
