"""The service that every test here drives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.pipelines.world import Pipelines


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Pipelines]:
    world = Pipelines(tmp_path)
    yield world
    world.close()
