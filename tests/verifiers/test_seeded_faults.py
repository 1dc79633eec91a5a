"""The verifiers are verified: each seeded fault is noticed by the check that is there for it, and by that one anew."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from tests.verifiers.acknowledged import open_findings
from tests.verifiers.assemblies import assembled
from tests.verifiers.assembly import Assembly
from tests.verifiers.mutants import MUTANTS
from tests.verifiers.mutants.mutant import Mutant
from tests.verifiers.verdicts import breakers, findings_of, verifier_of


@cache
def mutated() -> dict[str, Assembly]:
    return {mutant.fault: mutant.of(assembled(mutant.configuration)) for mutant in MUTANTS}


def unchanged(mutant: Mutant) -> str:
    """What an assembly without a fault goes by here."""
    return f"{mutant.configuration}, unchanged"


@cache
def checks(verifier: str) -> dict[str, set[str]]:
    """Fault -> the open checks of a verifier, and those of the assemblies that are unchanged."""
    asked = [mutant for mutant in MUTANTS if verifier_of(mutant.caught_by) == verifier]
    if verifier == "iamprover":  # the unchanged assembly keeps its promises: test_iam_promises.py
        found = {mutant.fault: breakers(mutated()[mutant.fault], mutant.caught_by) for mutant in asked}
    else:
        correct = {unchanged(mutant): assembled(mutant.configuration) for mutant in asked}
        found = findings_of(verifier, {**correct, **{mutant.fault: mutated()[mutant.fault] for mutant in asked}})
    return {fault: {finding.check.partition("[")[0] for finding in open_findings(one)} for fault, one in found.items()}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.fault)
def test_each_seeded_fault_is_caught(mutant: Mutant) -> None:
    found = checks(verifier_of(mutant.caught_by))
    assert mutant.caught_by in found[mutant.fault] - found.get(unchanged(mutant), set()), sorted(found[mutant.fault])


def test_there_are_enough_faults_and_no_two_are_called_the_same() -> None:
    assert len(MUTANTS) >= 240
    assert [fault for fault, count in Counter(mutant.fault for mutant in MUTANTS).items() if count > 1] == []
