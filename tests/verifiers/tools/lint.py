"""cfn-lint and AWS's cloudformation-validate: schemas, references, intrinsic functions, pipeline structure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

from cfnlint.api import ManualArgs, lint
from cloudformation_validate import CompositeEngine, Severity, TemplateContent, ValidateConfig

from tests.verifiers.assembly import Assembly, Finding
from tests.verifiers.physical import REGION
from tests.verifiers.rules.configs import ENDPOINT


def _texts(assembly: Assembly) -> Iterator[tuple[str, str]]:
    """The stacks' templates, and the one that the deploy pipeline makes the stages' stacks of."""
    yield from ((stack, json.dumps(template, sort_keys=True)) for stack, template in assembly.templates.items())
    if ENDPOINT in assembly.files:
        yield ENDPOINT, assembly.files[ENDPOINT]


def cfn_lint(assembly: Assembly) -> list[Finding]:
    return [
        Finding(f"cfn-lint::{rule}", f"{stack}/{logical_id}", message)
        for stack, template in _texts(assembly)
        for rule, logical_id, message in _linted(template)
    ]


@cache
def _linted(template: str) -> list[tuple[str, str, str]]:
    """Rule, logical id and message. A large template takes two seconds, and the same one is asked for often."""
    matches = lint(template, config=ManualArgs(regions=[REGION]))
    paths = [[str(part) for part in match.path or []] for match in matches]
    return [
        (match.rule.id, path[1] if len(path) > 1 else "-", match.message)
        for match, path in zip(matches, paths, strict=True)
    ]


@cache
def _engine() -> CompositeEngine:
    return CompositeEngine()  # its rules compile once, in 0.3 s


def cloudformation_validate(assembly: Assembly) -> list[Finding]:
    """Warnings and worse; what it tells for information (tags, create-only properties) is no fault."""
    found = []
    for stack, template in _texts(assembly):
        content = TemplateContent(template, stack)
        for told in _engine().validate_template(content, ValidateConfig(severity_level=Severity.WARN)).diagnostics:
            logical_id = told.entity.logical_id if told.entity else "-"
            found.append(Finding(f"cloudformation-validate::{told.rule_id}", f"{stack}/{logical_id}", told.message))
    return found
