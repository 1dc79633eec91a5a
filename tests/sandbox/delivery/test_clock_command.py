"""`python -m sandbox clock` tells the time of the sandbox, and puts it forward."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.advancing import seconds_of
from sandbox.fired import Fired
from sandbox.process import SandboxError
from sandbox.settings import SandboxSettings


def clock(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sandbox", "clock", "--home", str(home), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def told(said: str) -> datetime:
    return datetime.fromisoformat(said.strip().splitlines()[-1])


def test_the_clock_is_told_and_put_forward(own_sandbox: SandboxSettings) -> None:
    before = told(clock(own_sandbox.home).stdout)
    after = told(clock(own_sandbox.home, "--advance", "1d12h").stdout)
    assert timedelta(hours=36) <= after - before < timedelta(hours=36, minutes=5)


def test_without_a_sandbox_there_is_no_clock(tmp_path: Path) -> None:
    done = clock(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "python -m sandbox up" in done.stderr


def test_a_length_that_is_none_is_explained(own_sandbox: SandboxSettings) -> None:
    done = clock(own_sandbox.home, "--advance", "soon")
    assert done.returncode == 1
    assert "write it like 7d" in done.stderr


@pytest.mark.parametrize(("length", "seconds"), [("7d", 604800), ("90m", 5400), ("1w2d3h4m5s", 788645), ("0s", 0)])
def test_a_length_is_read(length: str, seconds: int) -> None:
    assert seconds_of(length) == seconds


@given(st.text(max_size=20))
def test_any_text_is_a_length_or_refused_with_a_sentence(text: str) -> None:
    try:
        assert seconds_of(text) >= 0
    except SandboxError as error:
        assert "units" in str(error)


def test_what_was_passed_over_is_told() -> None:
    fired = Fired(name="five", scheduled="2026-11-28T11:00:00Z", target="arn", outcome="Delivered", passed_over=2015)
    assert str(fired) == "five  2026-11-28T11:00:00Z  arn  Delivered (2015 earlier times passed over)"
