"""The events of executions, stages and actions, in AWS's shape (user guide, "Monitoring CodePipeline events")."""

from __future__ import annotations

from datetime import UTC, datetime

from sandbox.codepipeline.service import CodePipeline
from sandbox.events import Event
from sandbox.store import Document


def pipeline_changed(codepipeline: CodePipeline, execution: Document, state: str) -> None:
    trigger = execution["trigger"]
    detail: Document = {
        "execution-trigger": {"trigger-type": trigger["triggerType"], "trigger-detail": trigger["triggerDetail"]},
        **_stop(execution, state),
    }
    _announce(codepipeline, "Pipeline", execution, state, {**detail, "start-time": _iso(execution["startTime"])})


def stage_changed(codepipeline: CodePipeline, execution: Document, stage: str, state: str) -> None:
    began = execution["_stages"].get(stage, {}).get("start", execution["startTime"])
    detail = {"stage": stage, "start-time": _iso(began), **_stop(execution, state)}
    _announce(codepipeline, "Stage", execution, state, detail)


def action_changed(codepipeline: CodePipeline, execution: Document, action: Document, state: str) -> None:
    given, made = action["input"], action.get("output", {})
    detail: Document = {
        "stage": action["stageName"],
        "action": action["actionName"],
        "action-execution-id": action["actionExecutionId"],
        "start-time": _iso(action["startTime"]),
        "region": given["region"],
        "type": {key: given["actionTypeId"][key] for key in ("owner", "provider", "category", "version")},
    }
    if given["inputArtifacts"]:
        detail["input-artifacts"] = given["inputArtifacts"]
    if made.get("outputArtifacts"):
        detail["output-artifacts"] = made["outputArtifacts"]
    if result := _result(made.get("executionResult", {})):
        detail["execution-result"] = result
    _announce(codepipeline, "Action", execution, state, detail)


def _result(result: Document) -> Document:
    shown = {
        "external-execution-url": result.get("externalExecutionUrl"),
        "external-execution-summary": result.get("externalExecutionSummary"),
        "external-execution-id": result.get("externalExecutionId"),
        "error-code": result.get("errorDetails", {}).get("code"),
    }
    return {member: value for member, value in shown.items() if value}


def _stop(execution: Document, state: str) -> Document:
    reason = execution.get("stopTrigger", {}).get("reason")
    return {"stop-execution-comments": reason} if reason and state in ("STOPPING", "STOPPED") else {}


def _announce(codepipeline: CodePipeline, what: str, execution: Document, state: str, more: Document) -> None:
    name = execution["pipelineName"]
    detail = {
        "pipeline": name,
        "execution-id": execution["pipelineExecutionId"],
        "state": state,
        "version": float(execution["pipelineVersion"]),
        "pipeline-execution-attempt": float(execution["_attempt"]),
        **more,
    }
    kind = f"CodePipeline {what} Execution State Change"
    resources = [codepipeline.arn(name)]
    codepipeline.announcer.keep(Event(source="aws.codepipeline", detail_type=kind, detail=detail, resources=resources))


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
