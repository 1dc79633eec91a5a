"""Edge: the deploy pipeline's history, as far back as the decision needs it, and its start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from .decide import IN_PROGRESS, VOID, Execution, Start

PACKAGE_VARIABLE = "ModelPackageArn"
Answer = Mapping[str, Any]


class CodePipeline(Protocol):
    """The operations of CodePipeline that are called here."""

    def list_pipeline_executions(self, **request: object) -> Answer: ...
    def get_pipeline_execution(self, **request: object) -> Answer: ...
    def start_pipeline_execution(self, **request: object) -> Answer: ...


def start(pipeline: CodePipeline, name: str, order: Start) -> str:
    """The id of the execution; with a token that CodePipeline knows it is the one that runs already."""
    started = pipeline.start_pipeline_execution(
        name=name,
        variables=[{"name": PACKAGE_VARIABLE, "value": order.version.arn}],
        clientRequestToken=order.token,
    )
    return str(started["pipelineExecutionId"])


def executions(pipeline: CodePipeline, name: str) -> Iterator[Execution]:
    """Newest first, back to the last order that was carried out or is; beyond it only what is still under way matters.

    Variables are told by GetPipelineExecution alone, so no more executions are asked for than the decision needs.
    """
    request: dict[str, object] = {"pipelineName": name, "maxResults": 100}
    settled = False
    while not settled:
        page = pipeline.list_pipeline_executions(**request)
        for summary in sorted(page["pipelineExecutionSummaries"], key=lambda each: each["startTime"], reverse=True):
            if settled and summary["status"] != IN_PROGRESS:
                continue
            found = pipeline.get_pipeline_execution(
                pipelineName=name, pipelineExecutionId=summary["pipelineExecutionId"]
            )
            execution = _execution(summary, found["pipelineExecution"])
            settled = settled or _settles(execution)
            yield execution
        if not page.get("nextToken"):
            return
        request["nextToken"] = page["nextToken"]


def _settles(execution: Execution) -> bool:
    return execution.package is not None and not execution.rollback and execution.status not in VOID


def _execution(summary: Answer, described: Answer) -> Execution:
    values = {each["name"]: each["resolvedValue"] for each in described.get("variables", [])}
    value = values.get(PACKAGE_VARIABLE, "")
    return Execution(
        id=summary["pipelineExecutionId"],
        started=summary["startTime"],
        status=described["status"],
        # The variable's default is a word, since CodePipeline allows no empty value; only an ARN names a version.
        package=value if value.startswith("arn:") else None,
        rollback=described.get("executionType", "STANDARD") == "ROLLBACK",
    )
