"""A stage that failed is tried again, or its condition overridden (API_RetryStageExecution, API_OverrideStageCondition)."""

from __future__ import annotations

from sandbox.codepipeline.executions.found import current, execution_or_none, stage_of
from sandbox.codepipeline.running import records, stages
from sandbox.codepipeline.running.engine import turn
from sandbox.codepipeline.running.turn import Turn
from sandbox.codepipeline.service import CodePipeline
from sandbox.errors import DeclaredError
from sandbox.store import Document

_FAILED = ("Failed", "Abandoned")
_CONDITIONS = {"BEFORE_ENTRY": "beforeEntry", "ON_SUCCESS": "onSuccess"}


def retry_stage_execution(codepipeline: CodePipeline, request: Document) -> Document:
    name, stage, mode = request["pipelineName"], request["stageName"], request["retryMode"]
    with turn(codepipeline, name) as taken:
        declared = stage_of(current(codepipeline, name), stage)
        execution = _latest(taken, request)
        _retryable(taken, execution, declared, mode)
        run = execution["_stages"][stage]
        run["manual"] += 1
        run["latestRetryTrigger"] = "ManualStageRetry"
        if execution["_stage"] is None:
            stages.resume(taken, execution, stage)
        stages.again(taken, execution, mode)
        taken.save(execution)
    return {"pipelineExecutionId": execution["pipelineExecutionId"]}


def _latest(taken: Turn, request: Document) -> Document:
    """The execution, if no later one has entered the stage since (an execution of PARALLEL mode is by itself)."""
    stage, identity = request["stageName"], request["pipelineExecutionId"]
    execution = execution_or_none(taken.codepipeline, taken.pipeline, identity)
    if execution is None or stage not in execution["_stages"]:
        raise _not_retryable(stage, f"execution '{identity}' was never in it")
    if execution["executionMode"] != "PARALLEL" and taken.stage_state(stage)["latest"] != identity:
        raise DeclaredError(
            "NotLatestPipelineExecutionException", f"A later execution than '{identity}' has entered stage '{stage}'"
        )
    return execution


def _retryable(taken: Turn, execution: Document, declared: Document, mode: str) -> None:
    """What runs beside a failed action may go on, unless all is to run again."""
    stage = declared["name"]
    run = execution["_stages"][stage]
    states = [(taken.store.get(records.ACTION, each) or {}).get("status") for each in run["actions"].values()]
    if not any(state in _FAILED for state in states) or run["status"] not in ("Failed", "Stopped", "InProgress"):
        raise _not_retryable(stage, f"it is {run['status']} and has no failed actions")
    if mode == "ALL_ACTIONS" and "InProgress" in states:
        raise _not_retryable(stage, "it has actions in progress")
    if declared != records.stage_named(records.structure(taken.store, execution), stage):
        raise _not_retryable(stage, "the pipeline's structure has changed since the execution began")


def _not_retryable(stage: str, why: str) -> DeclaredError:
    return DeclaredError("StageNotRetryableException", f"Unable to retry stage '{stage}': {why}")


def override_stage_condition(codepipeline: CodePipeline, request: Document) -> Document:
    """User guide, "Configure conditions for a stage": a condition with the result SKIP cannot be overridden."""
    name, stage, kind = request["pipelineName"], request["stageName"], _CONDITIONS[request["conditionType"]]
    with turn(codepipeline, name) as taken:
        stage_of(current(codepipeline, name), stage)
        execution = execution_or_none(codepipeline, name, request["pipelineExecutionId"])
        condition = (execution or {}).get("_stages", {}).get(stage, {}).get("conditions", {}).get(kind)
        if condition is None or condition["status"] != "Failed" or condition["result"] == "SKIP":
            raise DeclaredError(
                "ConditionNotOverridableException",
                f"Stage '{stage}' has no failed {kind} condition that can be overridden",
            )
        execution = _latest(taken, request)
        if execution["_stages"][stage]["status"] != "Failed":
            raise DeclaredError("ConditionNotOverridableException", f"Stage '{stage}' has not failed")
        execution["_stages"][stage]["conditions"][kind] |= {"status": "Overridden", "lastStatusChange": taken.now}
        stages.resume(taken, execution, stage)
        if kind == "onSuccess":
            stages.pass_on(taken, execution)
    return {}


OPERATIONS = {
    "RetryStageExecution": retry_stage_execution,
    "OverrideStageCondition": override_stage_condition,
}
