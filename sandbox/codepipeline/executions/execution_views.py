"""Executions as the API shows them: one by its id, or a pipeline's, newest first."""

from __future__ import annotations

from sandbox.codepipeline.executions.found import current, execution_of, stage_of
from sandbox.codepipeline.pipelines import named
from sandbox.codepipeline.running import records
from sandbox.codepipeline.service import CodePipeline
from sandbox.pages import page
from sandbox.store import Document

_PAGE = 100
_BOTH = (
    "pipelineExecutionId",
    "status",
    "statusSummary",
    "trigger",
    "executionMode",
    "executionType",
    "rollbackMetadata",
)
_ONE = (*_BOTH, "pipelineName", "pipelineVersion", "artifactRevisions", "variables")
_SUMMARY = (*_BOTH, "startTime", "lastUpdateTime", "sourceRevisions", "stopTrigger")


def get_pipeline_execution(codepipeline: CodePipeline, request: Document) -> Document:
    named(codepipeline, request["pipelineName"])
    execution = execution_of(codepipeline, request["pipelineName"], request["pipelineExecutionId"])
    return {"pipelineExecution": _shown(execution, _ONE)}


def list_pipeline_executions(codepipeline: CodePipeline, request: Document) -> Document:
    name = request["pipelineName"]
    pipeline = current(codepipeline, name)
    rows = records.executions(codepipeline.store, name)
    if wanted := request.get("filter", {}).get("succeededInStage", {}).get("stageName"):
        stage_of(pipeline, wanted)
        rows = [
            row
            for row in rows
            if row["pipelineVersion"] == pipeline["version"]
            and row["_stages"].get(wanted, {}).get("status") == "Succeeded"
        ]
    chosen, more = page(
        rows,
        order=lambda row: [row["_number"]],
        size=request.get("maxResults", _PAGE),
        token=request.get("nextToken"),
        descending=True,
    )
    return {"pipelineExecutionSummaries": [_shown(row, _SUMMARY) for row in chosen], "nextToken": more}


def _shown(execution: Document, members: tuple[str, ...]) -> Document:
    return {member: execution[member] for member in members if execution.get(member) is not None}


OPERATIONS = {
    "GetPipelineExecution": get_pipeline_execution,
    "ListPipelineExecutions": list_pipeline_executions,
}
