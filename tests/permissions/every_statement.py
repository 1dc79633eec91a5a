"""`make test-permissions`: each statement of each policy is taken out once, and the loop has to stop for want of it.

Not collected by `make test`: it takes minutes. `make test-permissions ARGS="-k Build"` narrows it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.permissions.aws_only import AWS_ONLY
from tests.permissions.baseline import Baseline
from tests.permissions.does_without import DOES_WITHOUT
from tests.permissions.mutant import live_without
from tests.permissions.statements import Statement, every_statement

# Of what people do, who are no role, there is no record of use: the moments in which the approver needs each.
OF_PEOPLE = {"Approver-DecideOverVersions": ["a decision"], "Approver-ListVersions": ["a decision"]}


@pytest.mark.parametrize("statement", every_statement(), ids=lambda each: each.name)
def test_the_loop_needs_the_statement(
    statement: Statement, baseline: Baseline, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    name = statement.name
    moments = baseline.moments_of(name)
    if statement.holder == "Approver":
        moments = OF_PEOPLE.get(name, ["production"])
    if not moments:
        assert name in AWS_ONLY, f"the loop never uses {name}: remove it, or say in aws_only.py what asks for it on AWS"
        return
    assert name not in AWS_ONLY, (
        f"the loop uses {name} ({', '.join(moments)}): aws_only.py says that only AWS asks for it"
    )
    outcome = live_without(statement, baseline, moments, tmp_path)
    if not outcome.moment:
        how = f"was refused {', '.join(outcome.refused)} and went on" if outcome.refused else "was refused nothing"
        assert name in DOES_WITHOUT, (
            f"without {name} the loop {how}: remove it, or say in does_without.py why it is there"
        )
        return
    assert name not in DOES_WITHOUT, f"without {name} the loop stops at {outcome.point}: {outcome.message}"
    missing = outcome.missing(statement)
    assert missing or statement.effect == "Deny", (
        f"without {name} the loop stops at {outcome.point} and nobody says why: {outcome.message}"
    )
    record_property("stops", [outcome.moment, outcome.point, *missing])
