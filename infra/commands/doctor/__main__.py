"""`python -m infra.commands.doctor`: prints what it found, each with its fix.

Exit codes: 0 nothing is in the way, 1 something is, 2 the settings are wrong.
"""

from __future__ import annotations

import sys

from infra import ROOT
from infra.commands.clients import clients, region_of
from infra.commands.closed_pipe import until_reader_leaves
from infra.commands.costs.price_list import read_prices
from infra.commands.doctor.checks import findings
from infra.commands.doctor.facts import gather
from infra.commands.doctor.finding import Finding, Level
from infra.settings import Settings, SettingsError, read_context

_MARKS = {Level.OK: "ok      ", Level.NOTE: "note    ", Level.PROBLEM: "problem "}


def main() -> int:
    try:
        settings = Settings.from_context(read_context(ROOT / "cdk.json"))
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 (a command line speaks)
        return 2
    facts = gather(clients(settings), settings, root=ROOT, region=region_of(settings))
    found = findings(facts, settings, read_prices())
    print("\n".join(_line(finding) for finding in found))  # noqa: T201 (the result)
    return int(any(finding.level is Level.PROBLEM for finding in found))


def _line(finding: Finding) -> str:
    fix = f"\n         fix: {finding.fix}" if finding.fix else ""
    return f"{_MARKS[finding.level]} {finding.sentence}{fix}"


if __name__ == "__main__":
    sys.exit(until_reader_leaves(main))
