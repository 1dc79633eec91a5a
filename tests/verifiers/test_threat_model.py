"""docs/threat-model.md names statements, promises and tests: each of them exists, and every role has its place."""

from __future__ import annotations

import ast
import re
from functools import cache

from infra import ROOT
from tests.verifiers.assemblies import assembled
from tests.verifiers.facts import actors, bucket
from tests.verifiers.promises import promises
from tests.verifiers.roles import resource_policies
from tests.verifiers.security_table import REFUSAL, words

PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
ROLES = PAGE.partition("\n## A role\n")[2].partition("\n## ")[0]


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def rows(part: str) -> list[list[str]]:
    found = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in part.splitlines() if line.startswith("| ")
    ]
    return [row for row in found if row[0] not in ("---", "role", "attacker", "what is changed, when")]


def test_every_test_that_it_names_exists() -> None:
    named = re.findall(r"`([\w/.-]+\.py)::(\w+)`", PAGE)
    assert len(named) > 40
    assert [f"{path}::{name}" for path, name in named if name not in functions_of(path)] == []


def test_every_statement_that_it_names_exists() -> None:
    assembly = assembled("default")
    known = {f"{name}: {words(one)}" for name, role in actors(assembly).items() for one in role.statements}
    artifacts = bucket(assembly, "Artifacts")
    known |= {
        f"Artifacts: {words(one)}"
        for policy in resource_policies(assembly)
        if policy.declared.properties.get("Bucket") == artifacts.name
        for one in policy.statements
    }
    named = set(re.findall(r"\*\*(\w+: [^*]+)\*\*", PAGE))
    assert len(named) > 15
    assert named - known == set()


def test_every_promise_that_it_names_is_proved() -> None:
    named = set(re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", PAGE))
    assert len(named) > 10
    assert named - {promise.sentence for promise in promises(assembled("default"))} == set()


def test_every_role_has_its_place() -> None:
    assert {row[0] for row in rows(ROLES)} == actors(assembled("default")).keys() - {REFUSAL}


def test_what_no_test_proves_is_admitted() -> None:
    unproved = [row for row in rows(PAGE) if not re.search(r"::\w+`", row[-1])]
    assert [row for row in unproved if "not stopped" not in " ".join(row)] == []
