"""The conditions of a stage, checked and recorded: before it is entered, once it has succeeded, or once it has failed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sandbox.codepipeline.running import records
from sandbox.codepipeline.running.resolution import scope
from sandbox.codepipeline.running.rules import RuleResult, check
from sandbox.codepipeline.running.turn import Turn
from sandbox.store import Document

KINDS = ("beforeEntry", "onSuccess", "onFailure")


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A condition is met when all of its rules pass. `result` is what its declaration wants done."""

    met: bool
    result: str


def checked(turn: Turn, execution: Document, stage: Document, kind: str) -> Checked | None:
    """The one condition of a kind that a stage may have (quota: one condition a kind), or None."""
    declared = stage.get(kind, {}).get("conditions", [])
    if not declared:
        return None
    condition = declared[0]
    results = [check(rule, scope(execution)) for rule in condition["rules"]]
    made = [_record(turn, execution, stage["name"], result) for result in results]
    met = all(result.passed for result in results)
    execution["_stages"][stage["name"]]["conditions"][kind] = {
        "status": "Succeeded" if met else "Failed",
        "summary": "; ".join(result.summary for result in results),
        "lastStatusChange": turn.now,
        "result": condition.get("result"),
        "rules": made,
    }
    return Checked(met=met, result=condition.get("result", "FAIL"))


def _record(turn: Turn, execution: Document, stage: str, checked: RuleResult) -> str:
    identity, rule = str(uuid.uuid4()), checked.rule
    result: Document = {"externalExecutionSummary": checked.summary}
    if checked.error:
        result["errorDetails"] = {"code": "ConfigurationError", "message": checked.summary}
    document = {
        "pipelineExecutionId": execution["pipelineExecutionId"],
        "ruleExecutionId": identity,
        "pipelineVersion": execution["pipelineVersion"],
        "stageName": stage,
        "ruleName": rule["name"],
        "startTime": turn.now,
        "lastUpdateTime": turn.now,
        "status": "Succeeded" if checked.passed else "Failed",
        "input": {
            "ruleTypeId": rule["ruleTypeId"],
            "configuration": rule["configuration"],
            "resolvedConfiguration": dict(checked.configuration),
            "region": turn.codepipeline.settings.region,
            "inputArtifacts": [],
        },
        "output": {"executionResult": result},
        "_number": records.number(turn.store),
    }
    turn.store.put(records.RULE, identity, document, parent=execution["pipelineExecutionId"])
    return identity
