"""The rules of stage conditions: which there are, and whether one passes.

User guide, "VariableCheck" and "Configure conditions for a stage".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.codepipeline.running.resolution import Scope, UnresolvedVariable, resolved
from sandbox.store import Document

VARIABLE_CHECK = ("Rule", "AWS", "VariableCheck", "1")
VARIABLE_CHECK_KEYS = ("Variable", "Operator", "Value")

_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "EQ": lambda variable, value: variable == value,
    "NE": lambda variable, value: variable != value,
    "CONTAINS": lambda variable, value: value in variable,
    "MATCHES": lambda variable, value: re.fullmatch(value, variable) is not None,  # Java's String.matches
}
OPERATORS = tuple(_OPERATORS)


@dataclass(frozen=True, kw_only=True)
class RuleResult:
    """One rule, checked once. `error` says why a rule could not be checked; it has not passed then."""

    rule: Document
    passed: bool
    configuration: Mapping[str, str] = field(default_factory=dict)
    error: str = ""

    @property
    def summary(self) -> str:
        if self.error:
            return f"Rule {self.rule['name']} could not be checked: {self.error}"
        variable, operator, value = (self.configuration[key] for key in VARIABLE_CHECK_KEYS)
        return f"'{variable}' {operator} '{value}' is {str(self.passed).lower()}"


def check(rule: Document, scope: Scope) -> RuleResult:
    try:
        configuration = resolved(rule["configuration"], scope)
        variable, operator, value = (configuration[key] for key in VARIABLE_CHECK_KEYS)
        passed = _OPERATORS[operator](variable, value)
    except (UnresolvedVariable, re.error) as error:
        return RuleResult(rule=rule, passed=False, error=str(error))
    return RuleResult(rule=rule, passed=passed, configuration=configuration)
