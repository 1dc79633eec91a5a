"""CodePipeline as far as the reconciler sees it: executions with a variable, a history in pages, a memory for tokens."""

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.infra.functions.service_shapes import held_to_the_model

NO_VERSION = "latest"  # the variable's default


@dataclass
class Run:
    id: str
    value: str
    started: datetime
    resolved: str | None
    status: str = "InProgress"
    kind: str = "STANDARD"


@dataclass
class QueuedPipeline:
    """Knobs: the page size, whether tokens are remembered, and how many of the newest runs a listing lags behind."""

    page: int = 100
    remembers_tokens: bool = True
    lag: int = 0
    runs: list[Run] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    seconds: "itertools.count[int]" = field(default_factory=itertools.count)

    def now(self) -> datetime:
        return datetime(2026, 5, 4, tzinfo=UTC) + timedelta(seconds=next(self.seconds))

    def list_pipeline_executions(self, **request: Any) -> dict[str, Any]:
        held_to_the_model("codepipeline", "ListPipelineExecutions", request)
        seen = self.runs[: len(self.runs) - self.lag] if self.lag else self.runs
        rows = seen[::-1]
        first = int(request.get("nextToken", 0))
        after = first + self.page
        more = {"nextToken": str(after)} if after < len(rows) else {}
        summaries = [
            {"pipelineExecutionId": each.id, "status": each.status, "startTime": each.started}
            for each in rows[first:after]
        ]
        return {"pipelineExecutionSummaries": summaries} | more

    def get_pipeline_execution(self, **request: Any) -> dict[str, Any]:
        held_to_the_model("codepipeline", "GetPipelineExecution", request)
        run = next(each for each in self.runs if each.id == request["pipelineExecutionId"])
        variables = [{"name": "ModelPackageArn", "resolvedValue": run.value}]
        return {"pipelineExecution": {"status": run.status, "variables": variables, "executionType": run.kind}}

    def start_pipeline_execution(self, **request: Any) -> dict[str, Any]:
        held_to_the_model("codepipeline", "StartPipelineExecution", request)
        token = request["clientRequestToken"]
        if self.remembers_tokens and token in self.tokens:
            return {"pipelineExecutionId": self.tokens[token]}
        (variable,) = request["variables"]
        run = Run(str(uuid.uuid4()), variable["value"], self.now(), variable["value"])
        self.runs.append(run)
        self.tokens[token] = run.id
        return {"pipelineExecutionId": run.id}
