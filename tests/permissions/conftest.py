"""One walk through the loop for all workers; and docs/permissions.md, renewed with what a run has found."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from tests.e2e.conftest import released_home
from tests.permissions.baseline import Baseline, walk
from tests.permissions.document import PATH, renewed

__all__ = ["released_home"]  # a fixture of the end-to-end tests, used here too
_FOUND: dict[str, list[str]] = {}  # a statement's name -> where the loop stopped without it


@pytest.fixture(scope="session")
def baseline(released_home: Path) -> Baseline:
    folder = released_home.parent / "baseline"
    with (released_home.parent / "baseline.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "uses.json").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            walk(released_home, folder)
    return Baseline(folder)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Told to every process; only the one that is asked to write does."""
    stops = dict(report.user_properties).get("stops")
    if report.when == "call" and report.passed and isinstance(stops, list):
        _FOUND[report.nodeid.partition("[")[2].removesuffix("]")] = [str(each) for each in stops]


def pytest_sessionfinish() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ and _FOUND:
        PATH.write_text(renewed(PATH.read_text() if PATH.exists() else "", _FOUND))
