"""The conditions of a stage as GetPipelineState shows them: how the last check of each kind went, rule by rule."""

from __future__ import annotations

from sandbox.codepipeline.running import records
from sandbox.codepipeline.running.conditions import KINDS
from sandbox.codepipeline.service import CodePipeline
from sandbox.store import Document


def condition_states(codepipeline: CodePipeline, run: Document) -> Document:
    return {
        f"{kind}ConditionState": _state(codepipeline, run["conditions"][kind])
        for kind in KINDS
        if kind in run["conditions"]
    }


def _state(codepipeline: CodePipeline, condition: Document) -> Document:
    about = {member: condition[member] for member in ("status", "summary")}
    rules = [codepipeline.store.get(records.RULE, identity) for identity in condition["rules"]]
    return {
        "latestExecution": about,
        "conditionStates": [
            {
                "latestExecution": {**about, "lastStatusChange": condition["lastStatusChange"]},
                "ruleStates": [_rule(rule) for rule in rules if rule is not None],
            }
        ],
    }


def _rule(rule: Document) -> Document:
    result = rule["output"]["executionResult"]
    latest = {
        "ruleExecutionId": rule["ruleExecutionId"],
        "status": rule["status"],
        "summary": result["externalExecutionSummary"],
        "lastStatusChange": rule["lastUpdateTime"],
    }
    if "errorDetails" in result:
        latest["errorDetails"] = result["errorDetails"]
    return {"ruleName": rule["ruleName"], "latestExecution": latest}
