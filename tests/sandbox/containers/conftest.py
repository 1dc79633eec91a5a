"""One runner for all tests of the containers; objects, folder and log for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.containers.runner import Runner
from tests.sandbox.containers.folder_objects import FolderObjectStore


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    with Runner(environment={"AWS_REGION": "eu-west-1"}, grace=3.0) as runner:
        yield runner


@pytest.fixture
def objects(tmp_path: Path) -> FolderObjectStore:
    return FolderObjectStore(tmp_path / "s3", "bucket")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "job"


@pytest.fixture
def lines() -> list[str]:
    """What the job wrote, once `lines.append` was its log."""
    return []


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "script.py"
        path.write_text(text)
        return path

    return write
