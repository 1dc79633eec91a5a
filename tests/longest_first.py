"""The order of the tests: what takes minutes begins first, so that the last minutes are not one file on one core.

pytest-xdist hands out whole files in the order of their first tests (`--dist loadfile --no-loadscope-reorder`); by itself it would
begin with those that have most tests, which are the quick ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

import pytest

LONGEST = (
    "tests/e2e/test_decisions.py",
    "tests/e2e/test_tutorial.py",  # not a second one that waits for the home which the first makes
    "tests/e2e/test_broken_versions.py",
    "tests/e2e/test_mutated_wiring.py",
    "tests/demo/test_demo_run.py",
    "tests/demo/test_demo_ends.py",
    "tests/e2e/test_cdk_deploy.py",
    "tests/e2e/test_sealed_archive.py",
    "tests/e2e/test_killed_loop.py",
    "tests/e2e/test_broken_pushes.py",
    "tests/e2e/test_smoke_check.py",
    "tests/e2e/test_kill.py",
)
FOLDERS = (
    "tests/e2e",
    "tests/demo",
    "tests/verifiers",
)  # then what is not named in these, then the files with most tests


def ordered(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests of a file stay together, in their order."""
    tests = Counter(_file(item) for item in items)

    def rank(item: pytest.Item) -> tuple[int, int, int, str]:
        file = _file(item)
        named = LONGEST.index(file) if file in LONGEST else len(LONGEST)
        folder = next((n for n, name in enumerate(FOLDERS) if PurePath(file).is_relative_to(name)), len(FOLDERS))
        return named, folder, -tests[file], file

    return sorted(items, key=rank)


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
