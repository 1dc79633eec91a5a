"""What ran in a pipeline's executions: each run of an action, each check of a rule, newest first."""

from __future__ import annotations

from sandbox.codepipeline.executions.found import execution_of
from sandbox.codepipeline.pipelines import named
from sandbox.codepipeline.running import records
from sandbox.codepipeline.service import CodePipeline
from sandbox.pages import page
from sandbox.store import Document

_PAGE = 100


def list_action_executions(codepipeline: CodePipeline, request: Document) -> Document:
    runs, more = _chosen(codepipeline, request, kind=records.ACTION, name="actionName")
    return {"actionExecutionDetails": [_shown(run) for run in runs], "nextToken": more}


def list_rule_executions(codepipeline: CodePipeline, request: Document) -> Document:
    runs, more = _chosen(codepipeline, request, kind=records.RULE, name="ruleName")
    return {"ruleExecutionDetails": [_shown(run) for run in runs], "nextToken": more}


def _chosen(
    codepipeline: CodePipeline, request: Document, *, kind: str, name: str
) -> tuple[list[Document], str | None]:
    """All of the pipeline, of one execution, or (startTimeRange Latest) the last run in it of each name."""
    pipeline, wanted = request["pipelineName"], request.get("filter", {})
    named(codepipeline, pipeline)
    latest = wanted.get("latestInPipelineExecution", {})
    identity = wanted.get("pipelineExecutionId") or latest.get("pipelineExecutionId")
    if identity is not None:
        execution_of(codepipeline, pipeline, identity)
        executions = [identity]
    else:
        known = records.executions(codepipeline.store, pipeline)
        executions = [execution["pipelineExecutionId"] for execution in known]
    rows = [row for each in executions for row in codepipeline.store.all(kind, parent=each)]
    if latest.get("startTimeRange") == "Latest":
        by_name = {(row["stageName"], row[name]): row for row in sorted(rows, key=lambda row: int(row["_number"]))}
        rows = [*by_name.values()]
    return page(
        rows,
        order=lambda row: [row["_number"]],
        size=request.get("maxResults", _PAGE),
        token=request.get("nextToken"),
        descending=True,
    )


def _shown(run: Document) -> Document:
    return {member: value for member, value in run.items() if not member.startswith("_")}


OPERATIONS = {
    "ListActionExecutions": list_action_executions,
    "ListRuleExecutions": list_rule_executions,
}
