"""What the command refuses before anything is made, and what it says before it asks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra import ROOT
from sandbox.environment import variables
from sandbox.settings import SandboxSettings
from smoke_aws.account import refuse_a_sandbox
from smoke_aws.deadline import SmokeFailure


def smoke(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, "-m", "smoke_aws", "--folder", str(folder), *arguments],
        cwd=ROOT,
        env={**kept, "AWS_EC2_METADATA_DISABLED": "true", "PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SAGEMAKER"])
def test_a_shell_that_points_at_a_sandbox_is_refused(name: str) -> None:
    with pytest.raises(SmokeFailure, match=f"{name} points this shell away from AWS"):
        refuse_a_sandbox({name: "http://127.0.0.1:4566"})


def test_a_shell_that_points_at_aws_is_not_refused() -> None:
    refuse_a_sandbox({"AWS_PROFILE": "mine", "AWS_ENDPOINT_URL": ""})


def test_a_refusal_is_a_sentence_and_nothing_is_written(tmp_path: Path) -> None:
    ran = smoke("--yes", folder=tmp_path / "smoke", AWS_ENDPOINT_URL="http://127.0.0.1:1")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("the check: AWS_ENDPOINT_URL points this shell away from AWS.")
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "smoke").exists()


@pytest.mark.parametrize("run", ["abalone", "smoke-0a1b2c", "0A1B2C", "../0a1b"])
def test_what_is_no_id_of_a_run_is_not_removed(tmp_path: Path, run: str) -> None:
    ran = smoke("--remove", run, folder=tmp_path, AWS_REGION="us-east-1")
    assert ran.returncode == 2
    assert ran.stderr.startswith("a run's id is six digits or letters from a to f, such as 0a1b2c, not ")


def test_without_credentials_nothing_is_asked(tmp_path: Path) -> None:
    missing = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    ran = smoke("--yes", folder=tmp_path, AWS_REGION="us-east-1", **missing)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "Unable to locate credentials" in ran.stderr


def test_it_names_who_where_what_and_the_price_and_touches_nothing_unasked(
    sandbox: SandboxSettings, tmp_path: Path
) -> None:
    ran = smoke("--in-sandbox", folder=tmp_path, **variables(sandbox))
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "arn:aws:iam::000000000000:root in us-east-1: this deploys the project smoke-" in ran.stderr
    assert "It costs some 0." in ran.stderr
    assert "to go on without: make smoke-aws YES=1\nNothing was touched.\n" in ran.stderr
    further = smoke("--in-sandbox", "--production", folder=tmp_path, **variables(sandbox))
    assert "brings it to staging and prod," in further.stderr
