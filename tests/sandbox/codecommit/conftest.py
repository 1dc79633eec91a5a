"""CodeCommit alone, without a sandbox around it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.codecommit.operations import OPERATIONS
from sandbox.codecommit.service import CodeCommit
from sandbox.events import Event
from sandbox.service_context import ServiceContext
from sandbox.settings import SandboxSettings
from tests.sandbox.containers.folder_objects import FolderObjectStore


@pytest.fixture
def emitted() -> list[Event]:
    return []


@pytest.fixture
def codecommit(tmp_path: Path, emitted: list[Event]) -> Iterator[CodeCommit]:
    """With one repository, `r`, that is empty."""
    settings = SandboxSettings(home=tmp_path / "home", port=1)
    objects, around = FolderObjectStore(tmp_path / "buckets"), ServiceContext(emit=emitted.append)
    made = CodeCommit(settings=settings, operations=OPERATIONS, objects=objects, around=around)
    made.call("CreateRepository", {"repositoryName": "r"})
    yield made
    made.close()
