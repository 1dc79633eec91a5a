"""docs/permissions.md: what becomes of the loop without each statement. A run renews the rows of what it tried."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from tests.permissions.aws_only import AWS_ONLY
from tests.permissions.does_without import DOES_WITHOUT
from tests.permissions.statements import Statement, every_statement

PATH = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
UNTRIED = "not taken out yet: `make test-permissions`"
INTRODUCTION = """\
# What each permission is for

Written by `make test-permissions`, which takes out one statement after the other in a sandbox where a version is in production, and
lives through the loop without it: a run by hand, a push to either repository, a decision, production, a week, new data, and what
goes wrong on the way. What each statement says is in [security.md](security.md).

- **stops**: the loop stopped in that moment, at that point, and somebody is told which calls were refused.
- **does without**: the loop went on.
- **only AWS asks**: nothing here uses the statement.
"""


def renewed(page: str, found: Mapping[str, Sequence[str]]) -> str:
    """The page with these outcomes; `found` has, of each statement, the moment, the point, and the actions refused."""
    known = dict(_rows(page)) | {name: _stops(*stops) for name, stops in found.items()}
    return INTRODUCTION + "".join(
        _section(holder, list(own), known) for holder, own in groupby(every_statement(), _holder)
    )


def untried(page: str) -> list[str]:
    """Statements that the page does not tell about."""
    known = dict(_rows(page))
    return [each.name for each in every_statement() if known.get(each.name, UNTRIED) == UNTRIED]


def _section(holder: str, own: Sequence[Statement], known: Mapping[str, str]) -> str:
    rows = "".join(f"| `{each.sid}` | {_told(each, known)} |\n" for each in own)
    return f"\n## {holder}\n\n| statement | without it |\n| --- | --- |\n{rows}"


def _told(statement: Statement, known: Mapping[str, str]) -> str:
    name = statement.name
    if name in AWS_ONLY:
        return f"**only AWS asks**: {AWS_ONLY[name]}"
    if name in DOES_WITHOUT:
        return f"**does without**: {DOES_WITHOUT[name]}"
    was = known.get(name, UNTRIED)
    return was if was.startswith("**stops**") else UNTRIED


def _stops(moment: str, point: str, *missing: str) -> str:
    refused = ", ".join(f"`{action}`" for action in missing) or "nothing, and what the statement forbids was done"
    return f"**stops** in {moment}, at {point}; refused: {refused}"


def _rows(page: str) -> Iterator[tuple[str, str]]:
    """(a statement's name, what is told of it) as the page has it."""
    for section in page.split("\n## ")[1:]:
        holder = section.partition("\n")[0]
        for sid, told in re.findall(r"^\| `(\w+)` \| (.*) \|$", section, flags=re.MULTILINE):
            yield f"{holder}-{sid}", told


def _holder(statement: Statement) -> str:
    return statement.holder
