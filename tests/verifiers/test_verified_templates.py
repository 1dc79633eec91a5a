"""Every verifier over every template in every configuration: nothing is open, and no acknowledgement is idle."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from tests.infra.synthesis import CONFIGURATIONS
from tests.verifiers.acknowledged import ACKNOWLEDGED, open_findings, stale
from tests.verifiers.assemblies import all_assembled
from tests.verifiers.assembly import Finding
from tests.verifiers.verdicts import ONE_BY_ONE, TOGETHER, findings_of

MOST_ACKNOWLEDGED_CHECKS = 25  # distinct checks, whatever they are about


@cache
def found(verifier: str) -> dict[str, list[Finding]]:
    return findings_of(verifier, all_assembled())


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
@pytest.mark.parametrize("verifier", [*ONE_BY_ONE, *TOGETHER])
def test_nothing_is_open(verifier: str, configuration: str) -> None:
    assert [str(finding) for finding in open_findings(found(verifier)[configuration])] == []


def test_no_acknowledgement_is_stale() -> None:
    everything = [
        finding
        for verifier in [*ONE_BY_ONE, *TOGETHER]
        for findings in found(verifier).values()
        for finding in findings
    ]
    assert [f"{entry.check} at {entry.where}" for entry in stale(everything)] == []


def test_every_acknowledgement_names_its_pack_and_gives_a_reason() -> None:
    assert [entry for entry in ACKNOWLEDGED if "::" not in entry.check or len(entry.reason) < 20] == []


def test_no_check_is_acknowledged_away_altogether() -> None:
    """A star for the check would silence a whole verifier; and the list stays short enough to be read."""
    assert [entry for entry in ACKNOWLEDGED if entry.check.startswith("*")] == []
    assert len(Counter(entry.check.partition("[")[0] for entry in ACKNOWLEDGED)) <= MOST_ACKNOWLEDGED_CHECKS
