"""The demo that ends early: by a failure, or by Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from sandbox.demo.layout import REPOSITORY
from sandbox.process import holder
from tests.demo.running import demo
from tests.repository_copy import copy_repository

_WHILE = 10.0  # seconds


def test_a_failing_step_is_one_paragraph_and_the_way_on(tmp_path: Path) -> None:
    data, home = tmp_path / "shells.csv", tmp_path / "three"
    data.write_text("M,0.4,0.3,0.1,0.5,0.2,0.1,0.15,9\nX,0.4,0.3,0.1,0.5,0.2,0.1,0.15,9\n")
    repository = tmp_path / "golden-path"
    copy_repository(repository)
    failed = demo(home, "--data", str(data), repository=repository)
    assert failed.code == 1
    paragraph = failed.stderr.strip()
    assert len(paragraph.splitlines()) == 1
    assert paragraph.startswith("The demo stopped at step Preprocess: ")
    assert "row 2" in paragraph
    assert "sex" in paragraph
    log = Path(paragraph.partition("The log is ")[2].partition(". To go on")[0])
    assert "row 2" in log.read_text()
    assert paragraph.endswith(f"make demo ARGS='--home {home}'")
    assert holder(home) is None
    assert not failed.layout.document.exists()


@pytest.mark.parametrize("seen", ["", "Sandbox", "Data", "Build"])
def test_ctrl_c_stops_every_child(tmp_path: Path, seen: str) -> None:
    """At the start, and once a line that begins with the word has been printed. Every child inherits a mark."""
    home, mark = tmp_path / f"stopped-{seen}", uuid.uuid4().hex
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox.demo", "--home", home],
        cwd=REPOSITORY,
        env=os.environ | {"GOLDEN_PATH_MARK": mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        while not (home / "sandbox.log").exists():
            time.sleep(0.01)
        if seen:
            assert any(line.strip().startswith(seen) for line in running.stdout)
        running.send_signal(signal.SIGINT)
        _, stderr = running.communicate(timeout=30)
    assert running.returncode == 130
    assert stderr.strip().startswith("Stopped")
    assert len(stderr.strip().splitlines()) == 1
    assert holder(home) is None
    assert _left(mark) == []


def _left(mark: str) -> list[str]:
    """What is still there after a while: a function's worker sees that its sandbox has gone once it has started."""
    deadline = time.monotonic() + _WHILE
    while (found := _marked(mark)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _marked(mark: str) -> list[str]:
    """The commands of the living processes that carry the mark in their environment (where /proc tells)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found
