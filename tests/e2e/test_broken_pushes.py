"""Pushes that are broken: the build fails at that point, says where, and starts no training."""

from __future__ import annotations

import pytest

from tests.e2e.project import BUILD, Project

SPEC = "buildspec.yml"


@pytest.mark.parametrize(
    ("edits", "sentences"),
    [
        (
            {SPEC: "version: 0.2\nphases:\n  build:\n    commands:\n     - one\n    - two\n"},
            ["YAML_FILE_ERROR", "line 6"],
        ),
        ({SPEC: "version: 0.2\nphases:\n  compile:\n    commands:\n      - one\n"}, ["compile"]),
        ({SPEC: None}, [SPEC]),
        ({"tests/test_quick.py": "def test_quick() -> None:\n    assert 1 == 2\n"}, ["python -m pytest", "test_quick"]),
        (
            {"pipelines/run_pipeline.py": "raise SystemExit('no such pipeline')\n"},
            ["no such pipeline", "exit status 1"],
        ),
        ({"requirements.txt": "no-such-package-of-ours==1.0\n"}, ["no-such-package-of-ours"]),
    ],
    ids=["a torn spec", "an unknown phase", "no spec", "a failing test", "a failing module", "an unknown requirement"],
)
def test_a_broken_push_fails_the_build_and_names_the_fault(
    project: Project, edits: dict[str, str | None], sentences: list[str]
) -> None:
    commit = project.push(BUILD, edits)
    execution = project.of_commit(BUILD, commit)
    assert project.ended(BUILD, execution) == "Failed"
    action, reason = project.failure(BUILD, execution)
    assert action == "Build.Build"
    assert [sentence for sentence in sentences if sentence not in reason] == []
    assert _runs_of(project, commit) == []


def test_a_mended_push_trains_again(project: Project) -> None:
    broken = project.of_commit(
        BUILD, project.push(BUILD, {"tests/test_quick.py": "def test_quick() -> None:\n    assert 0\n"})
    )
    assert project.ended(BUILD, broken) == "Failed"
    commit = project.push(BUILD, {"tests/test_quick.py": "def test_quick() -> None:\n    assert 1\n"})
    mended = project.of_commit(BUILD, commit)
    assert project.ended(BUILD, mended) == "Succeeded"
    assert len(_runs_of(project, commit)) == 1


def _runs_of(project: Project, commit: str) -> list[str]:
    """Not of the data or the clock, which start runs of their own."""
    descriptions = [run.get("PipelineExecutionDescription", "") for run in project.runs()]
    return [description for description in descriptions if commit in description]
