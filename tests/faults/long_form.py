"""`make test-faults`: every part of the soak in its long form, in the sizes that the environment names; writes docs/reliability.md.

Not collected by `make test`, which runs the short form (test_fault_soak.py).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.process import down, up
from tests.faults import archives, calls, kills, templates
from tests.faults.figures import Figures, tell, write_down
from tests.faults.world import prepare

SEED = int(os.environ.get("SEED") or "1")
SIZES = {"KILLS": 500, "REQUESTS": 20_000, "ARCHIVES": 2_000, "TEMPLATES": 200}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Of a sandbox with the soak's project in it."""
    prepare(up(tmp_path / "home"))
    yield tmp_path / "home"
    down(tmp_path / "home")


def test_requests(home: Path) -> None:
    run("REQUESTS", lambda number: calls.soak(up(home), seed=SEED, number=number))


def test_archives(tmp_path: Path) -> None:
    run("ARCHIVES", lambda number: archives.soak(tmp_path / "archives", seed=SEED, number=number))


def test_templates(home: Path) -> None:
    run("TEMPLATES", lambda number: templates.soak(up(home), seed=SEED, number=number))


def test_kills(home: Path) -> None:
    run("KILLS", lambda number: kills.soak(home, seed=SEED, number=number))


def run(size: str, soak: Callable[[int], Figures]) -> None:
    number = int(os.environ.get(size) or SIZES[size])
    figures = soak(number)
    for line in figures.table:
        tell(line)
    write_down(figures, f"make test-faults SEED={SEED} {size}={number}")
    assert not figures.failures, "\n".join(figures.failures)
