"""The tutorial's loop by hand: the very lines, in bash, in a copy of the repository with a sandbox of its own."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.demo.moments.checkout import git_environment
from sandbox.demo.moments.prediction import live_version
from sandbox.process import down, status
from sandbox.settings import DEFAULT_HOME
from tests.conftest import client_of
from tests.repository_copy import ROOT, STAMPS, copy_repository

PATIENCE = 900.0  # seconds, on a busy machine


def loop() -> str:
    [block] = re.findall(r"```bash\n(.*?)```", (ROOT / "docs/tutorial.md").read_text(), flags=re.DOTALL)
    return str(block)


@dataclass(frozen=True)
class Ended:
    """The shell that has typed all of it, and the sandbox that it leaves running."""

    said: str
    client: Any


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    """A user with a name and an address for Git, and nothing of AWS."""
    folder = tmp_path_factory.mktemp("user") / "golden-path"
    copy_repository(folder)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    environment = (
        kept
        | git_environment()
        | {
            # What is installed is not installed again for being reached by another path.
            "MAKEFLAGS": " ".join(f"--old-file={stamp}" for stamp in STAMPS),
            "HOME": str(folder.parent),
            "CDK_VALIDATION": "false",
        }
    )
    try:
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", loop()],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout
        running = status(folder / DEFAULT_HOME)
        assert running is not None, ended.stdout
        yield Ended(ended.stdout, client_of(running))
    finally:
        down(folder / DEFAULT_HOME)


def versions(typed: Ended) -> list[str]:
    """Newest first."""
    listed = typed.client("sagemaker").list_model_packages(ModelPackageGroupName="abalone", SortOrder="Descending")
    return [str(summary["ModelPackageArn"]) for summary in listed["ModelPackageSummaryList"]]


def test_the_last_version_but_one_is_live_at_the_end(typed: Ended) -> None:
    assert live_version(typed.client("sagemaker"), "abalone-prod") == versions(typed)[1]
    assert live_version(typed.client("sagemaker"), "abalone-staging") == versions(typed)[1]


def test_only_what_ann_approved_is_approved(typed: Ended) -> None:
    """The version of the push and the last but one; a week and new data have registered others, which wait."""
    sagemaker = typed.client("sagemaker")
    states = [sagemaker.describe_model_package(ModelPackageName=arn)["ModelApprovalStatus"] for arn in versions(typed)]
    assert (states[0], states[1]) == ("PendingManualApproval", "Approved")
    assert states.count("Approved") == 2


def test_the_push_the_schedule_and_the_data_each_started_a_run(typed: Ended) -> None:
    executions = typed.client("sagemaker").list_pipeline_executions(PipelineName="abalone-pipeline")
    told = [summary["PipelineExecutionDescription"] for summary in executions["PipelineExecutionSummaries"]]
    for beginning in ("commit ", "retraining of ", "New data: "):
        assert any(description.startswith(beginning) for description in told), told


def test_production_answered_before_and_after(typed: Ended) -> None:
    answers = re.findall(r"^(\d+\.\d+)\s*\{?", typed.said, flags=re.MULTILINE)
    assert len(answers) == 2, typed.said
    assert all(5 < float(answer) < 20 for answer in answers)


def test_the_week_fired_the_weekly_schedule(typed: Ended) -> None:
    assert "abalone-retraining" in typed.said
