"""What AWS refuses of a stage's conditions, and what of them the sandbox does not carry out.

User guide, "Configure conditions for a stage": which results a kind of condition may have. An entry condition lets in or not (FAIL,
SKIP), one on success takes back or not (FAIL, ROLLBACK), and a failure is tried again once (RETRY) or taken back (ROLLBACK).
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.codepipeline.running.rules import OPERATORS, VARIABLE_CHECK, VARIABLE_CHECK_KEYS
from sandbox.codepipeline.steps import repeated
from sandbox.errors import NotInTheSandbox
from sandbox.store import Document

_RESULTS = {"beforeEntry": ("FAIL", "SKIP"), "onSuccess": ("FAIL", "ROLLBACK"), "onFailure": ("ROLLBACK",)}


def condition_faults(pipeline: Document) -> Iterator[str]:
    for position, stage in enumerate(pipeline["stages"]):
        kinds = [kind for kind in _RESULTS if kind in stage]
        if position == 0 and "beforeEntry" in kinds:
            yield f"Stage {stage['name']} is the first: it has no entry condition"
        for kind in kinds:
            yield from _kind_faults(f"{kind} of stage {stage['name']}", stage[kind], kind)
        if pipeline.get("executionMode") == "PARALLEL" and "ROLLBACK" in _results(stage):
            yield f"Stage {stage['name']} rolls back, which is not available in PARALLEL mode"
        yield from _failure_faults(stage)


def _kind_faults(where: str, declared: Document, kind: str) -> Iterator[str]:
    for condition in declared.get("conditions", []):
        result = condition.get("result")
        if result not in _RESULTS[kind]:
            yield f"Condition {where} has the result {result}; it may have {' or '.join(_RESULTS[kind])}"
        rules = condition.get("rules", [])
        if not rules:
            yield f"Condition {where} has no rules"
        for name in repeated(rule["name"] for rule in rules):
            yield f"Condition {where} has more than one rule {name}"
        for rule in rules:
            yield from _rule_faults(where, rule)


def _rule_faults(where: str, rule: Document) -> Iterator[str]:
    kind = rule["ruleTypeId"]
    if (kind["category"], kind.get("owner", "AWS"), kind["provider"], kind.get("version", "1")) != VARIABLE_CHECK:
        raise NotInTheSandbox(f"codepipeline: the rule type {kind['provider']} of rule {rule['name']}")
    for member in ("commands", "inputArtifacts"):
        if rule.get(member):
            yield f"Rule {rule['name']} of {where} checks a variable: it takes no {member}"
    configuration = rule.get("configuration", {})
    for key in VARIABLE_CHECK_KEYS:
        if key not in configuration:
            yield f"Rule {rule['name']} of {where} is missing required configuration '{key}'"
    for key in configuration:
        if key not in VARIABLE_CHECK_KEYS:
            yield f"Rule {rule['name']} of {where} contains unknown configuration '{key}'"
    operator = configuration.get("Operator")
    if operator not in OPERATORS:
        yield f"Rule {rule['name']} of {where} has the operator '{operator}'; there are {', '.join(OPERATORS)}"


def _failure_faults(stage: Document) -> Iterator[str]:
    declared = stage.get("onFailure", {})
    result = declared.get("result")
    if result in ("FAIL", "SKIP"):
        raise NotInTheSandbox(f"codepipeline: the result {result} of onFailure of stage {stage['name']}")
    if result == "RETRY" and declared.get("conditions"):
        yield f"onFailure of stage {stage['name']} cannot retry by itself and have conditions"
    if "retryConfiguration" in declared and result != "RETRY":
        yield f"onFailure of stage {stage['name']} has a retryConfiguration, but its result is not RETRY"


def _results(stage: Document) -> set[str]:
    declared = [stage.get("onFailure", {}).get("result", "")]
    for kind in _RESULTS:
        declared += [condition.get("result", "") for condition in stage.get(kind, {}).get("conditions", [])]
    return set(declared)
