"""The order in which files of tests are handed out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.longest_first import FOLDERS, LONGEST, ordered

ROOT = Path(__file__).resolve().parents[2]


class Named:
    """Of a collected test, what its place is decided by."""

    def __init__(self, nodeid: str) -> None:
        self.nodeid = nodeid


def _order(*nodeids: str) -> list[str]:
    given: list[Any] = [Named(nodeid) for nodeid in nodeids]
    return [item.nodeid for item in ordered(given)]


def test_what_is_named_is_there() -> None:
    assert [name for name in LONGEST if not (ROOT / name).is_file()] == []
    assert [name for name in FOLDERS if not (ROOT / name).is_dir()] == []


def test_long_files_come_first_then_long_folders_then_files_with_most_tests() -> None:
    many = [f"model-build/tests/test_many.py::test_{number}" for number in range(3)]
    few = ["infra/tests/test_few.py::test_z", "infra/tests/test_few.py::test_a"]
    assert _order(*few, *many, "tests/e2e/test_new.py::test", f"{LONGEST[1]}::test", f"{LONGEST[0]}::test") == [
        f"{LONGEST[0]}::test",
        f"{LONGEST[1]}::test",
        "tests/e2e/test_new.py::test",
        *many,
        *few,
    ]
