"""docs/sandbox.md lists the operations that the sandbox answers: all of them, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.codebuild import operations as codebuild
from sandbox.codecommit import operations as codecommit
from sandbox.codepipeline import operations as codepipeline
from sandbox.sagemaker import operations as sagemaker
from sandbox.service import Operations

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sandbox.md"


@pytest.mark.parametrize(
    ("mark", "tables"),
    [
        ("operations", [sagemaker.OPERATIONS]),
        ("code operations", [codecommit.OPERATIONS, codebuild.OPERATIONS, codepipeline.OPERATIONS]),
    ],
)
def test_the_page_lists_every_operation_and_no_other(mark: str, tables: list[Operations]) -> None:
    section = PAGE.read_text().partition(f"<!-- {mark}: begin -->")[2].partition(f"<!-- {mark}: end -->")[0]
    assert sorted(re.findall(r"`(\w+)`", section)) == sorted(name for table in tables for name in table)
