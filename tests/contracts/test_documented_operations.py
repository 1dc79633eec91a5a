"""docs/sandbox.md lists the operations that the sandbox answers: all of them, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from sandbox.sagemaker.operations import OPERATIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sandbox.md"


def test_the_page_lists_every_operation_and_no_other() -> None:
    section = PAGE.read_text().partition("<!-- operations: begin -->")[2].partition("<!-- operations: end -->")[0]
    assert sorted(re.findall(r"`(\w+)`", section)) == sorted(OPERATIONS)
