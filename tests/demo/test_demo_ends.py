"""The demo that ends early: by a failure, or by Ctrl-C."""

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from sandbox.process import holder
from tests.demo.running import Run, demo
from tests.repository_copy import copy_repository

_WHILE = 10.0  # seconds


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ends") / "golden-path"
    copy_repository(folder)
    return folder


@pytest.fixture(scope="module")
def failed(repository: Path) -> Run:
    """Deployed, pushed, built, and refused by the first step that reads the data."""
    data = repository.with_name("shells.csv")
    data.write_text("M,0.4,0.3,0.1,0.5,0.2,0.1,0.15,9\nX,0.4,0.3,0.1,0.5,0.2,0.1,0.15,9\n")
    return demo(repository.with_name("three"), "--data", str(data), repository=repository)


def test_a_failing_step_is_one_paragraph_and_the_way_on(failed: Run) -> None:
    home = failed.layout.home
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


@pytest.mark.parametrize("seen", ["", "Sandbox"])
def test_ctrl_c_stops_every_child(tmp_path: Path, repository: Path, seen: str) -> None:
    """At the start, and while the project is deployed."""
    _interrupted(tmp_path / f"stopped-{seen}", repository, seen)


@pytest.mark.parametrize("seen", ["Data", "Build"])
def test_ctrl_c_stops_every_child_of_a_project_that_is_deployed(
    tmp_path: Path, repository: Path, failed: Run, seen: str
) -> None:
    """Functions run, and then a build does. It was deployed before, so that it need not be again."""
    home = tmp_path / f"stopped-{seen}"
    shutil.copytree(failed.layout.home, home, symlinks=True)
    _interrupted(home, repository, seen)


def _interrupted(home: Path, repository: Path, seen: str) -> None:
    """Once a line that begins with the word has been printed. Every child inherits a mark."""
    mark = uuid.uuid4().hex
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox.demo", "--home", home],
        cwd=repository,
        env=os.environ | {"PYTHONPATH": str(repository), "GOLDEN_PATH_MARK": mark},
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
