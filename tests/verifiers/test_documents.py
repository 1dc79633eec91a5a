"""The generated documents say what the templates and the tests say; WRITE_DOCS=1 writes them anew."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from infra import ROOT
from infra.commands.costs.estimate import estimate
from infra.commands.costs.page import page
from infra.commands.costs.price_list import read_prices
from infra.commands.instances import fleets, jobs
from infra.commands.pipeline_definition import read_definition
from infra.settings import Settings, read_context
from tests.verifiers.assemblies import assembled
from tests.verifiers.mutants import MUTANTS
from tests.verifiers.security_table import security
from tests.verifiers.verdicts import ONE_BY_ONE, TOGETHER
from tests.verifiers.verification_table import READERS, verification


def costs() -> str:
    settings = Settings.from_context(read_context(ROOT / "cdk.json"))
    sums = estimate(read_prices(), fleets=fleets(ROOT, settings), jobs=jobs(read_definition(ROOT)))
    return page(sums, read_prices())


DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "costs.md": costs,
    "security.md": lambda: security(assembled("default")),
    "verification.md": lambda: verification(MUTANTS),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_generated_document_is_fresh(name: str) -> None:
    path, text = Path(ROOT) / "docs" / name, DOCUMENTS[name]()
    if os.environ.get("WRITE_DOCS"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, f"write docs/{name} anew: make docs"


def test_every_verifier_is_described() -> None:
    assert READERS.keys() == ONE_BY_ONE.keys() | TOGETHER.keys()
