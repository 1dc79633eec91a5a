"""Findings that stay, each with its reason: what the check asks is wrong here, or costs a user more than it gives.

The id carries the verifier or pack before `::`. `where` is a pattern of stack and logical id. An entry that no finding
needs any more fails the tests, and so does a reason too short to be one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.verifiers.assembly import Finding


@dataclass(frozen=True)
class Acknowledgement:
    """One reason for one check, wherever the pattern points."""

    check: str
    where: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        return finding.check == self.check and fnmatchcase(finding.where, self.where)


ACKNOWLEDGED: tuple[Acknowledgement, ...] = ()


def open_findings(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if not any(entry.covers(finding) for entry in ACKNOWLEDGED)]


def stale(findings: Iterable[Finding]) -> list[Acknowledgement]:
    found = list(findings)
    return [entry for entry in ACKNOWLEDGED if not any(entry.covers(finding) for finding in found)]
