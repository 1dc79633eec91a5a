"""The generated documents say what the templates and the tests say; WRITE_DOCS=1 writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from infra.seed import ROOT
from tests.verifiers.assemblies import assembled
from tests.verifiers.mutants import MUTANTS
from tests.verifiers.security_table import security
from tests.verifiers.verdicts import ONE_BY_ONE, TOGETHER
from tests.verifiers.verification_table import READERS, verification

DOCUMENTS = {
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
