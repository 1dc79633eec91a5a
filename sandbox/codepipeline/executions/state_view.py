"""Where a pipeline stands: who is in each stage, who waits in front of it, what its actions did last (API_GetPipelineState)."""

from __future__ import annotations

from sandbox.codepipeline.executions.condition_view import condition_states
from sandbox.codepipeline.executions.found import current
from sandbox.codepipeline.pipelines import named
from sandbox.codepipeline.running import records
from sandbox.codepipeline.service import CodePipeline
from sandbox.store import Document


def get_pipeline_state(codepipeline: CodePipeline, request: Document) -> Document:
    name = request["name"]
    with codepipeline.store.transaction():  # one moment of all of it
        about, pipeline = named(codepipeline, name), current(codepipeline, name)
        waiting = [each for each in records.live(codepipeline.store, name) if each["_waiting"] is not None]
        return {
            "pipelineName": name,
            "pipelineVersion": about["version"],
            "stageStates": [_stage(codepipeline, pipeline, stage, waiting) for stage in pipeline["stages"]],
            "created": about["created"],
            "updated": about["updated"],
        }


def _stage(codepipeline: CodePipeline, pipeline: Document, stage: Document, waiting: list[Document]) -> Document:
    name = stage["name"]
    known = records.stage_state(codepipeline.store, pipeline["name"], name)
    inbound = [_inbound(each) for each in waiting if each["_waiting"] == name]
    state: Document = {
        "stageName": name,
        "inboundExecutions": inbound,
        "actionStates": [_action(codepipeline, action, known["actions"]) for action in stage["actions"]],
    }
    if stage is not pipeline["stages"][0]:
        state["inboundTransitionState"] = known["transition"]
    if inbound:
        state["inboundExecution"] = inbound[-1]
    latest = codepipeline.store.get(records.EXECUTION, known["latest"]) if known["latest"] else None
    if latest is not None:
        run = latest["_stages"][name]
        state["latestExecution"] = _in_stage(latest, run["status"])
        state |= condition_states(codepipeline, run)
        if "latestRetryTrigger" in run:
            state["retryStageMetadata"] = _retries(run)
    return state


def _retries(run: Document) -> Document:
    """A kind of retry that has not been made is left out: the model says that an attempt is 1 at least (RetryAttempt)."""
    attempts = {"autoStageRetryAttempt": run["automatic"], "manualStageRetryAttempt": run["manual"]}
    return {
        **{member: count for member, count in attempts.items() if count},
        "latestRetryTrigger": run["latestRetryTrigger"],
    }


def _inbound(execution: Document) -> Document:
    return _in_stage(execution, "InProgress")


def _in_stage(execution: Document, status: str) -> Document:
    identity, kind = execution["pipelineExecutionId"], execution["executionType"]
    return {"pipelineExecutionId": identity, "status": status, "type": kind}


def _action(codepipeline: CodePipeline, action: Document, latest: Document) -> Document:
    state: Document = {"actionName": action["name"]}
    run = codepipeline.store.get(records.ACTION, latest.get(action["name"], ""))
    if run is None:
        return state
    state["latestExecution"] = _run(run)
    if revision := run.get("_revision"):
        state["currentRevision"] = {
            "revisionId": revision["id"],
            "revisionChangeId": revision["id"],
            "created": revision["created"],
        }
        state["revisionUrl"] = revision["url"]
    return state


def _run(run: Document) -> Document:
    result, external = run.get("output", {}).get("executionResult", {}), run.get("_external", {})
    shown = {
        "actionExecutionId": run["actionExecutionId"],
        "status": run["status"],
        "summary": result.get("externalExecutionSummary") or run.get("_summary"),
        "lastStatusChange": run["lastUpdateTime"],
        "token": run.get("_token") if run["status"] == "InProgress" else None,
        "lastUpdatedBy": run.get("updatedBy"),
        "externalExecutionId": result.get("externalExecutionId") or external.get("id"),
        "externalExecutionUrl": result.get("externalExecutionUrl") or external.get("url"),
        "errorDetails": result.get("errorDetails"),
    }
    return {member: value for member, value in shown.items() if value}


OPERATIONS = {"GetPipelineState": get_pipeline_state}
