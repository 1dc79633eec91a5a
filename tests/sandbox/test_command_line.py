"""`python -m sandbox`: every verb, what it prints, its exit code; one sandbox a home, several side by side."""

from __future__ import annotations

import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from sandbox.process import SandboxError, down, holder, reset, status, up
from sandbox.settings import SandboxSettings

ROOT = Path(__file__).resolve().parents[2]


def keys_of(settings: SandboxSettings) -> dict[str, str]:
    key = settings.root_key
    return {"aws_access_key_id": key.id, "aws_secret_access_key": key.secret, "region_name": settings.region}


def sandbox(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sandbox", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "sandbox"
    down(tmp_path / "sandbox")


def test_a_sandbox_from_up_to_reset(home: Path) -> None:
    where = ("--home", str(home))
    assert sandbox("status", *where).returncode == 3
    started = sandbox("up", "--port", "0", *where)
    assert started.returncode == 0, started.stderr
    url = sandbox("status", *where).stdout.strip()
    assert f"up at {url}" in started.stderr
    assert sandbox("up", "--port", "0", *where).returncode == 0  # up twice is up
    assert sandbox("logs", *where).returncode == 0
    refused = sandbox("logs", "/no/such/group", *where)
    assert (refused.returncode, "does not exist" in refused.stderr) == (1, True)
    assert "its state stays" in sandbox("down", *where).stderr
    assert "No sandbox was up" in sandbox("down", *where).stderr
    assert sandbox("reset", *where).returncode == 0
    assert not home.exists()


def test_a_service_can_be_told_to_leave_out_for_whom_it_acts_until_it_is_told_otherwise(home: Path) -> None:
    where = ("--home", str(home), "--port", "0")
    said = "Without aws:SourceArn and aws:SourceAccount: events, lambda."
    assert said in sandbox("up", *where, "--without-source-keys", "lambda,events").stderr
    assert said in sandbox("up", *where).stderr
    assert "Without" not in sandbox("up", *where, "--without-source-keys", "none").stderr
    refused = sandbox("up", *where, "--without-source-keys", "lamda")
    assert refused.returncode == 2
    assert "'lamda' is no service that takes on roles (did you mean lambda?)" in refused.stderr


def test_env_points_a_shell_at_the_sandbox_and_away_from_everything_else(home: Path) -> None:
    settings = up(home)
    lines = sandbox("env", "--home", str(home)).stdout.splitlines()
    exported = dict(shlex.split(line)[1].split("=", 1) for line in lines if line.startswith("export "))
    assert exported["AWS_ENDPOINT_URL"] == settings.endpoint_url
    assert (exported["AWS_CONFIG_FILE"], exported["AWS_SHARED_CREDENTIALS_FILE"]) == ("/dev/null", "/dev/null")
    assert "unset AWS_PROFILE" in lines


def test_a_quota_stays_set_and_is_told_until_it_is_raised(home: Path) -> None:
    training = "ml.m5.xlarge for training job usage"
    up_here = ("up", "--port", "0", "--home", str(home))
    first = sandbox(*up_here, "--quota", f"{training}=0", "--quota", "ml.m5.large for endpoint usage=3")
    assert f"Quota: {training} is 0." in first.stderr
    sandbox("down", "--home", str(home))
    again = sandbox(*up_here)
    assert (f"Quota: {training} is 0." in again.stderr, "endpoint usage is 3" in again.stderr) == (True, True)
    assert f"Quota: {training} is 2." in sandbox(*up_here, "--quota", f"{training}=2").stderr
    wrong = sandbox(*up_here, "--quota", "ml.m5.xlarge=0")
    assert (wrong.returncode, "is not a quota" in wrong.stderr) == (2, True)


def test_env_without_a_sandbox_prints_nothing_to_evaluate(home: Path) -> None:
    refused = sandbox("env", "--home", str(home))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Start it with: python -m sandbox up" in refused.stderr


def test_a_port_in_use_is_named(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SandboxError, match=f"Port {port} is in use"):
            up(home, port=port)


def test_it_listens_on_the_loopback_interface_alone(home: Path) -> None:
    settings = up(home)
    pid = holder(home)
    inodes = {
        str(link.readlink()).partition("[")[2].rstrip("]")
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if link.is_symlink() and str(link.readlink()).startswith("socket:")
    }
    rows = [
        line.split()
        for file in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{file}").read_text().splitlines()[1:]
    ]
    listening = {row[1] for row in rows if row[9] in inodes and row[3] == "0A"}
    assert listening == {f"0100007F:{settings.port:04X}"}


def test_two_sandboxes_know_nothing_of_each_other(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    try:
        first, second = up(home), up(other)
        assert first.port != second.port
        boto3.client("s3", endpoint_url=first.endpoint_url, **keys_of(first)).create_bucket(Bucket="mine")  # type: ignore[call-overload]
        there = boto3.client("s3", endpoint_url=second.endpoint_url, **keys_of(second))  # type: ignore[call-overload]
        assert there.list_buckets()["Buckets"] == []
    finally:
        down(other)


def test_reset_removes_only_what_was_a_sandbox(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(SandboxError, match="was never a sandbox's home"):
        reset(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


@pytest.mark.parametrize("mark", [None, "0", "99"])
def test_a_home_of_another_version_is_refused_with_the_way_out(home: Path, mark: str | None) -> None:
    up(home)
    down(home)
    (home / "format").unlink() if mark is None else (home / "format").write_text(mark)
    refused = sandbox("up", "--port", "0", "--home", str(home))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "another version of the sandbox" in refused.stderr
    assert sandbox(*re.search(r"python -m sandbox (reset .*)`", refused.stderr)[1].split()).returncode == 0  # type: ignore[index]
    up(home)


def test_a_stopped_sandbox_remembers(home: Path) -> None:
    first = up(home)
    boto3.client("s3", endpoint_url=first.endpoint_url, **keys_of(first)).create_bucket(Bucket="kept")  # type: ignore[call-overload]
    down(home)
    assert status(home) is None
    kept = boto3.client("s3", endpoint_url=up(home).endpoint_url, **keys_of(first))  # type: ignore[call-overload]
    assert [bucket["Name"] for bucket in kept.list_buckets()["Buckets"]] == ["kept"]
