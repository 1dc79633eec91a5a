"""Every command that prints ends in silence when whoever reads it, such as `head`, closes the pipe."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
READER_LEFT = 141
PRINTS_A_DOCUMENT = "from pipelines.command import exit_code; raise SystemExit(exit_code(lambda: print('{}')))"


def printed_to_nobody(*arguments: str, cwd: Path = ROOT) -> tuple[int, str]:
    """Exit code and complaints of a command of ours whose reader has left before it began."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = subprocess.run(
            [sys.executable, *arguments],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""},
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writing)
    return ran.returncode, ran.stderr


@pytest.mark.parametrize("module", ["sandbox", "sandbox.demo", "infra.commands.teardown", "infra.commands.seed"])
def test_help_that_nobody_reads(module: str) -> None:
    assert printed_to_nobody("-m", module, "--help") == (READER_LEFT, "")


def test_a_log_that_nobody_reads(tmp_path: Path) -> None:
    (tmp_path / "sandbox.log").write_text("a line\n")
    assert printed_to_nobody("-m", "sandbox", "logs", "--home", str(tmp_path)) == (READER_LEFT, "")


def test_findings_that_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    assert printed_to_nobody("-m", "infra.commands.doctor") == (READER_LEFT, "")


def test_a_pipeline_definition_that_nobody_reads() -> None:
    assert printed_to_nobody("-c", PRINTS_A_DOCUMENT, cwd=ROOT / "model-build") == (READER_LEFT, "")


def test_a_demo_whose_reader_leaves_stops_its_sandbox(tmp_path: Path) -> None:
    """Its first line, which says that the sandbox is up, finds nobody."""
    home = tmp_path / "demo"
    code, complaints = printed_to_nobody("-m", "sandbox.demo", "--home", str(home))
    assert (code, complaints) == (READER_LEFT, "")
    status = [sys.executable, "-m", "sandbox", "status", "--home", str(home)]
    assert subprocess.run(status, cwd=ROOT, capture_output=True, check=False).returncode == 3
