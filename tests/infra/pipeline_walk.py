"""What CodePipeline does with a pipeline's structure: stages in order, actions by run order, conditions at the door.

Rules: https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html (a failed action stops its stage,
a failed stage its execution) and https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html (SKIP).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

_VARIABLE = re.compile(r"#\{([\w.]+)\}")


@dataclass(frozen=True)
class Walk:
    """Which actions ran, as <stage>/<action>, in order; how each stage and the whole ended."""

    ran: tuple[str, ...]
    stages: Mapping[str, str]
    status: str


def walk(pipeline: Mapping[str, Any], *, failing: Collection[str] = (), variables: Mapping[str, str]) -> Walk:
    ran: list[str] = []
    stages: dict[str, str] = {}
    for stage in pipeline["Stages"]:
        stages[stage["Name"]] = status = _stage(stage, ran, failing, variables)
        if status == "Failed":
            return Walk(tuple(ran), stages, "Failed")
    return Walk(tuple(ran), stages, "Succeeded")


def actions(pipeline: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {f"{stage['Name']}/{one['Name']}": one for stage in pipeline["Stages"] for one in stage["Actions"]}


def _stage(stage: Mapping[str, Any], ran: list[str], failing: Collection[str], variables: Mapping[str, str]) -> str:
    for condition in stage.get("BeforeEntry", {}).get("Conditions", ()):
        if not all(_passes(rule, variables) for rule in condition["Rules"]):
            return {"SKIP": "Skipped", "FAIL": "Failed"}[condition["Result"]]
    in_order = sorted(stage["Actions"], key=_run_order)
    for _, together in groupby(in_order, key=_run_order):
        names = [f"{stage['Name']}/{action['Name']}" for action in together]
        ran.extend(names)
        if set(names) & set(failing):
            return "Failed"
    return "Succeeded"


def _run_order(action: Mapping[str, Any]) -> int:
    return int(action.get("RunOrder", 1))


def _passes(rule: Mapping[str, Any], variables: Mapping[str, str]) -> bool:
    assert rule["RuleTypeId"]["Provider"] == "VariableCheck", "with SKIP, CodePipeline takes this rule or LambdaInvoke"
    given = rule["Configuration"]
    found = _VARIABLE.sub(lambda name: variables[name[1]], given["Variable"])
    assert given["Operator"] in {"EQ", "NE"}
    return (found == str(given["Value"])) is (given["Operator"] == "EQ")
