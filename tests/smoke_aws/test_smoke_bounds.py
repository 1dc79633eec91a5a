"""Every wait ends, and no command outlives its bound."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from smoke_aws.commands import Commands
from smoke_aws.deadline import Deadline, SmokeFailure
from smoke_aws.delivery import Delivery
from tests.smoke_aws.fixtures import RUN, walk_in


def test_what_comes_is_returned_and_what_does_not_is_named() -> None:
    seen = iter([None, None, "it"])
    assert Deadline(60, 0).wait("something", lambda: next(seen), at_most=60) == "it"
    with pytest.raises(SmokeFailure, match="something: did not come within 0 minutes"):
        Deadline(60, 0).wait("something", lambda: None, at_most=0)


def test_a_wait_is_bounded_by_the_whole_too() -> None:
    assert Deadline(0).bound(3600) == 0
    with pytest.raises(SmokeFailure):
        Deadline(0, 0).wait("something", lambda: None, at_most=3600)


def test_a_command_that_does_not_end_is_ended_with_what_it_started(tmp_path: Path) -> None:
    started = tmp_path / "started"
    script = f"import pathlib, subprocess; p = subprocess.Popen(['sleep', '600']); pathlib.Path({str(started)!r})"
    script += ".write_text(str(p.pid)); p.wait()"
    commands, deadline = Commands(tmp_path, "us-east-1"), Deadline(60)
    with pytest.raises(SmokeFailure, match="was not done within"):
        commands.run(deadline, sys.executable, "-c", script, at_most=5)
    pid = started.read_text()
    assert any(_has_ended(pid) for _ in range(100))


def _has_ended(pid: str) -> bool:
    """A killed process is there until its parent has looked; asked again, it has had time to end."""
    time.sleep(0.05)
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_command_that_fails_is_told_by_its_last_words(tmp_path: Path) -> None:
    commands, script = Commands(tmp_path, "us-east-1"), "import sys; sys.exit('the stack is in use')"
    with pytest.raises(SmokeFailure, match="the stack is in use"):
        commands.run(Deadline(60), sys.executable, "-c", script, at_most=60)


class Refusing:
    """CodePipeline with an execution whose build the account refuses so many times, and then lets through."""

    def __init__(self, refusals: int, *, message: str) -> None:
        self.refusals, self.message, self.retried = refusals, message, 0

    def get_pipeline_execution(self, **_: str) -> dict[str, Any]:
        return {"pipelineExecution": {"status": "Failed" if self.retried < self.refusals else "Succeeded"}}

    def get_paginator(self, _: str) -> Any:
        failed = {
            "actionName": "Build",
            "stageName": "Build",
            "status": "Failed",
            "output": {"executionResult": {"errorDetails": {"message": self.message}}},
        }
        page = {"actionExecutionDetails": [failed] if self.retried < self.refusals else []}
        return SimpleNamespace(paginate=lambda **_: [page])

    def retry_stage_execution(self, **request: str) -> None:
        assert (request["stageName"], request["retryMode"]) == ("Build", "FAILED_ACTIONS")
        self.retried += 1


REFUSED = "Cannot have more than 1 builds in queue for the account (AccountLimitExceededException)"


def test_a_build_that_was_refused_beside_another_is_tried_again_and_noted() -> None:
    codepipeline, refused = Refusing(2, message=REFUSED), list[str]()
    Delivery(lambda _: codepipeline, "p", Deadline(60, 0)).follow("e", refused=refused, at_most=60)
    assert (codepipeline.retried, refused) == (2, [REFUSED, REFUSED])


def test_a_build_that_fails_of_itself_is_not_tried_again() -> None:
    codepipeline = Refusing(1, message="Build failed: 1 failed, 222 passed")
    with pytest.raises(SmokeFailure, match="p Build: Build failed: 1 failed, 222 passed"):
        Delivery(lambda _: codepipeline, "p", Deadline(60, 0)).follow("e", refused=[], at_most=60)
    assert codepipeline.retried == 0


def test_the_project_is_the_runs_own_and_starts_nothing_by_itself(tmp_path: Path) -> None:
    walk = walk_in(tmp_path)
    settings = walk.project.settings
    assert settings.project == f"smoke-{RUN}"
    assert not settings.retraining.enabled
    assert not settings.data.start_on_arrival
    assert settings.foreign_stages == ()
    assert settings.approval.before_production
    assert not settings.approval.by_gates
    assert walk.project.tags["SmokeRun"] == RUN
    assert f'"project": "smoke-{RUN}"' in (tmp_path / "cdk.json").read_text()
