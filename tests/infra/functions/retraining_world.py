"""EventBridge Scheduler and a SageMaker pipeline that behave, on a clock of their own, and the retraining between them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from infra.functions.retraining.handler import Retraining
from infra.functions.retraining.settings import read_settings
from infra.functions.retraining.waiting import Waiting
from infra.functions.runs.aws import Clients
from tests.infra.functions.service_shapes import held_to_the_model, refused

WAIT = 900
EPOCH = 1_770_000_000 // WAIT * WAIT
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:abalone-retraining"
PIPELINE = "arn:aws:sagemaker:eu-west-1:111122223333:pipeline/abalone-pipeline"
SKIPS, BESIDE = {"WHILE_RUNNING": "skip"}, {"WHILE_RUNNING": "start"}
QUEUES = {
    "WHILE_RUNNING": "queue",
    "WAIT_SECONDS": str(WAIT),
    "SCHEDULE_NAME": "abalone-retraining",
    "SCHEDULE_GROUP_NAME": "abalone",
    "SCHEDULER_ROLE_ARN": "arn:aws:iam::111122223333:role/abalone-scheduler",
    "UNDELIVERED_QUEUE_ARN": "arn:aws:sqs:eu-west-1:111122223333:abalone-undelivered",
}


def due_at(moment: float) -> dict[str, Any]:
    """The Input of infra/units/retraining.py as Scheduler fills it in: with the due time, whenever in its window it fires."""
    time = f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}"
    request = {
        "PipelineName": "abalone-pipeline",
        "PipelineExecutionDescription": f"retraining of {time}",
        "PipelineParameters": [{"Name": "CacheKey", "Value": f"as of {time}"}],
        "ClientRequestToken": f"retraining-as-scheduled-{time}",
    }
    return {"start": request}


@dataclass
class Execution:
    started: float
    ends: float
    request: dict[str, Any]


@dataclass
class RetrainingWorld:
    """Knobs: how long a run takes, how late a schedule fires and how often, and how far Lambda's clock is behind."""

    environment: dict[str, str] = field(default_factory=lambda: dict(QUEUES))
    now: float = EPOCH
    run_seconds: float = 3600
    late: float = 0
    deliveries: int = 1
    behind: float = 0
    limit: int = 100
    published: bool = True
    schedules: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: dict[str, float] = field(default_factory=dict)
    """Fired, and still there until then: Scheduler deletes a schedule some time after its last invocation."""
    executions: list[Execution] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    most_waiting: int = 0

    def send(self, event: dict[str, Any]) -> str:
        settings = read_settings(self.environment)
        waiting = Waiting(self, settings.queue, FUNCTION) if settings.queue else None
        function = Retraining(Clients(self, self), waiting, lambda: self.now - self.behind, beside=settings.beside)
        self.log.append(function.handle(event))
        self.most_waiting = max(self.most_waiting, len(self.schedules))
        return self.log[-1]

    def fall_due(self, moment: float | None = None) -> str:
        """The weekly schedule fires now for a due time: this moment, unless another one is given."""
        return self.send(due_at(self.now if moment is None else moment))

    def train(self) -> None:
        """A run that somebody else has started."""
        self.executions.append(Execution(self.now, self.now + self.run_seconds, {}))

    def pass_until(self, moment: float) -> None:
        while due := sorted((_at(each) + self.late, name) for name, each in self.schedules.items()):
            when, name = due[0]
            if when > moment:
                break
            self.now = max(self.now, when)
            schedule = self.schedules.pop(name)
            self.gone[name] = self.now + 60
            for _ in range(self.deliveries):
                self.send(json.loads(schedule["Target"]["Input"]))
        self.now = max(self.now, moment)

    def settle(self) -> None:
        for _ in range(1000):
            self.pass_until(self.now + WAIT)
            if not self.schedules and not any(each.ends > self.now for each in self.executions):
                return
        raise AssertionError("the schedules never end")

    @property
    def retrainings(self) -> list[Execution]:
        return [each for each in self.executions if each.request]

    # EventBridge Scheduler

    def create_schedule(self, **request: Any) -> dict[str, Any]:
        held_to_the_model("scheduler", "CreateSchedule", request)
        assert _at(request) > self.now, "a one-time schedule in the past never fires"
        if self._is_there(request["Name"]):
            raise refused("CreateSchedule", "ConflictException", f"Schedule {request['Name']} already exists.")
        self.schedules[request["Name"]] = request
        return {"ScheduleArn": "arn"}

    def update_schedule(self, **request: Any) -> dict[str, Any]:
        raise AssertionError(f"{request['Name']}: whoever waits is never written again")

    def get_schedule(self, **request: Any) -> dict[str, Any]:
        held_to_the_model("scheduler", "GetSchedule", request)
        if not self._is_there(request["Name"]):
            raise refused("GetSchedule", "ResourceNotFoundException", f"Schedule {request['Name']} does not exist.")
        return self.schedules.get(request["Name"], {})

    def _is_there(self, name: str) -> bool:
        return name in self.schedules or self.gone.get(name, 0) > self.now

    # SageMaker

    def list_pipeline_executions(self, **request: Any) -> dict[str, Any]:
        """Newest first, two on a page."""
        held_to_the_model("sagemaker", "ListPipelineExecutions", request)
        if not self.published:
            told = f"Pipeline {request['PipelineName']} does not exist."
            raise refused("ListPipelineExecutions", "ResourceNotFound", told)
        first = int(request.get("NextToken", 0))
        rows = [self._summary(number, each) for number, each in enumerate(self.executions)][::-1]
        more = {"NextToken": str(first + 2)} if first + 2 < len(rows) else {}
        return {"PipelineExecutionSummaries": rows[first : first + 2]} | more

    def _summary(self, number: int, execution: Execution) -> dict[str, Any]:
        told = execution.request.get("PipelineExecutionDescription")
        return {
            "PipelineExecutionArn": f"{PIPELINE}/execution/{number}",
            "PipelineExecutionStatus": "Executing" if execution.ends > self.now else "Succeeded",
            **({"PipelineExecutionDescription": told} if told else {}),
        }

    def start_pipeline_execution(self, **request: Any) -> dict[str, Any]:
        held_to_the_model("sagemaker", "StartPipelineExecution", request)
        if sum(each.ends > self.now for each in self.executions) >= self.limit:
            raise refused("StartPipelineExecution", "ResourceLimitExceeded", "Too many executions.")
        self.executions.append(Execution(self.now, self.now + self.run_seconds, request))
        return {"PipelineExecutionArn": f"{PIPELINE}/execution/{len(self.executions) - 1}"}


def _at(schedule: dict[str, Any]) -> float:
    text = str(schedule["ScheduleExpression"]).removeprefix("at(").removesuffix(")")
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
