"""cfn-lint and AWS's cloudformation-validate: schemas, references, intrinsic functions, pipeline structure."""

from __future__ import annotations

import json
from functools import cache

from cfnlint.api import ManualArgs, lint
from cloudformation_validate import CompositeEngine, Severity, TemplateContent, ValidateConfig

from tests.verifiers.assembly import Assembly, Finding
from tests.verifiers.physical import REGION


def cfn_lint(assembly: Assembly) -> list[Finding]:
    found = []
    for stack, template in assembly.templates.items():
        for match in lint(json.dumps(template), config=ManualArgs(regions=[REGION])):
            path = [str(part) for part in match.path or []]
            logical_id = path[1] if len(path) > 1 else "-"
            found.append(Finding(f"cfn-lint::{match.rule.id}", f"{stack}/{logical_id}", match.message))
    return found


@cache
def _engine() -> CompositeEngine:
    return CompositeEngine()  # its rules compile once, in 0.3 s


def cloudformation_validate(assembly: Assembly) -> list[Finding]:
    """Warnings and worse; what it tells for information (tags, create-only properties) is no fault."""
    found = []
    for stack, template in assembly.templates.items():
        content = TemplateContent(json.dumps(template), stack)
        for told in _engine().validate_template(content, ValidateConfig(severity_level=Severity.WARN)).diagnostics:
            logical_id = told.entity.logical_id if told.entity else "-"
            found.append(Finding(f"cloudformation-validate::{told.rule_id}", f"{stack}/{logical_id}", told.message))
    return found
