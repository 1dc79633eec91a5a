"""Executions are stopped: what runs is waited for, or abandoned (API_StopPipelineExecution)."""

from __future__ import annotations

from sandbox.codepipeline.executions.found import current, execution_or_none
from sandbox.codepipeline.running import records, stages
from sandbox.codepipeline.running.ending import abandon
from sandbox.codepipeline.running.engine import turn
from sandbox.codepipeline.running.events import pipeline_changed, stage_changed
from sandbox.codepipeline.service import CodePipeline
from sandbox.errors import DeclaredError
from sandbox.store import Document


def stop_pipeline_execution(codepipeline: CodePipeline, request: Document) -> Document:
    name, identity = request["pipelineName"], request["pipelineExecutionId"]
    abandoning = request.get("abandon", False)
    with turn(codepipeline, name) as taken:
        current(codepipeline, name)
        execution = _stoppable(codepipeline, name, identity, abandoning=abandoning)
        first = execution["status"] == "InProgress"
        execution["_abandon"] = abandoning
        if "reason" in request:
            execution["stopTrigger"] = {"reason": request["reason"]}
        execution["status"] = "Stopping"
        taken.save(execution)
        if first:
            pipeline_changed(codepipeline, execution, "STOPPING")
        if execution["_stage"] is None:
            stages.stop(taken, execution)
        elif first:
            execution["_stages"][execution["_stage"]]["status"] = "Stopping"
            taken.save(execution)
            stage_changed(codepipeline, execution, execution["_stage"], "STOPPING")
        if abandoning:
            for action in records.under_way(codepipeline.store, identity):
                abandon(taken, action, execution)
    return {"pipelineExecutionId": identity}


def _stoppable(codepipeline: CodePipeline, name: str, identity: str, *, abandoning: bool) -> Document:
    execution = execution_or_none(codepipeline, name, identity)
    status = execution["status"] if execution is not None else "not there"
    if execution is None or status not in records.LIVE:
        raise DeclaredError(
            "PipelineExecutionNotStoppableException",
            f"Execution '{identity}' of pipeline '{name}' is {status}; only one that is in progress can be stopped",
        )
    if status == "Stopping" and (execution["_abandon"] or not abandoning):
        raise DeclaredError(
            "DuplicatedStopRequestException", f"Execution '{identity}' of pipeline '{name}' is already being stopped"
        )
    return execution


OPERATIONS = {"StopPipelineExecution": stop_pipeline_execution}
