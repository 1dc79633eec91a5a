"""However the check ends, what it made is removed and the report is written; what could not be removed is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from smoke_aws import __main__ as command
from smoke_aws import removal
from smoke_aws.commands import Commands
from smoke_aws.deadline import Deadline, SmokeFailure
from smoke_aws.moments import Walk
from tests.smoke_aws.fixtures import RUN, walk_in


def ended(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, *, loop: BaseException | None, removed: Callable[[Walk], list[str]]
) -> int:
    def run(_: Walk, *, production: bool) -> None:
        assert not production
        if loop is not None:
            raise loop

    monkeypatch.setattr(command, "_loop", run)
    monkeypatch.setattr(command, "remove_all", removed)
    return command._check(walk, production=False, in_sandbox=False)


def nothing_left(_: Walk) -> list[str]:
    return []


@pytest.mark.parametrize(
    ("loop", "code", "failure"),
    [
        (None, 0, ""),
        (SmokeFailure("cdk deploy", "AccessDenied"), 1, "cdk deploy: AccessDenied"),
        (KeyboardInterrupt(), 130, "the wish of whoever started it"),
    ],
)
def test_the_removal_and_the_report_follow_every_end(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    loop: BaseException | None,
    code: int,
    failure: str,
) -> None:
    asked = []

    def removed(its: Walk) -> list[str]:
        asked.append(its.project.run)
        return []

    assert ended(walk_in(tmp_path), monkeypatch, loop=loop, removed=removed) == code
    assert asked == [RUN]
    page = Path(capsys.readouterr().out.strip())
    assert page == tmp_path / "report.md"
    assert json.loads((tmp_path / "report.json").read_text())["evidence"]["failure"] == failure
    assert failure in page.read_text()


@pytest.mark.parametrize("removed", [SmokeFailure("cdk destroy", "denied"), KeyboardInterrupt()])
def test_a_removal_that_fails_is_told_with_what_removes_the_rest(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    removed: BaseException,
) -> None:
    def fails(_: Walk) -> list[str]:
        raise removed

    assert ended(walk_in(tmp_path), monkeypatch, loop=None, removed=fails) == 1
    assert f"To remove it: make smoke-aws ARGS='--remove {RUN}'" in capsys.readouterr().err
    assert "**Left behind:**" in (tmp_path / "report.md").read_text()


def test_the_removal_has_a_time_of_its_own_when_the_loop_has_used_up_its(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    had = []

    def removed(its: Walk) -> list[str]:
        had.append(its.deadline.bound(60))
        return []

    ended(walk_in(tmp_path, seconds=0), monkeypatch, loop=None, removed=removed)
    assert had == [60]


def test_every_step_of_the_removal_is_tried_though_one_fails_and_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was busy at first may not be, then; and a stack that stays is no reason to keep what it retained."""
    tried: list[str] = []

    def run(_: Commands, __: Deadline, *arguments: str, at_most: float) -> str:
        assert at_most > 0
        tried.append(" ".join(arguments).partition(" ")[0] + (" --retained" if "--retained" in arguments else ""))
        if tried[-1] == "destroy" and tried.count("destroy") == 1:
            raise SmokeFailure("cdk destroy", "a stack is busy")
        return ""

    monkeypatch.setattr(Commands, "python", run)
    monkeypatch.setattr(Commands, "cdk", run)
    monkeypatch.setattr(removal, "remove_probes", nothing_left)
    monkeypatch.setattr(removal, "_remaining", nothing_left)
    walk = walk_in(tmp_path)
    assert removal.remove_all(walk) == []
    once = ["infra.commands.teardown", "destroy", "infra.commands.teardown --retained"]
    assert tried == [*once, *once]
    assert walk.evidence.moments[-1].said == "Nothing is left."
