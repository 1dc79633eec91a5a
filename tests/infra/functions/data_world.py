"""EventBridge Scheduler and a SageMaker pipeline that behave, on a clock of their own, and the function between them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from infra.functions.data_arrival.handler import DataArrival
from infra.functions.data_arrival.schedules import Schedules
from infra.functions.data_arrival.settings import Settings, read_settings
from infra.functions.runs.aws import Clients
from tests.infra.functions.service_shapes import held_to_the_model, refused

QUIET = 300
PREFIX = "s3://abalone-data/incoming/"
FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:abalone-data-arrival"
PIPELINE = "arn:aws:sagemaker:eu-west-1:111122223333:pipeline/abalone-pipeline"
ENVIRONMENT = {
    "PIPELINE_NAME": "abalone-pipeline",
    "DATA_PREFIX_URI": "s3://abalone-data/incoming",
    "QUIET_SECONDS": str(QUIET),
    "SCHEDULE_NAME": "abalone-data-arrival",
    "SCHEDULER_ROLE_ARN": "arn:aws:iam::111122223333:role/abalone-scheduler",
    "SCHEDULE_GROUP_NAME": "abalone",
    "UNDELIVERED_QUEUE_ARN": "arn:aws:sqs:eu-west-1:111122223333:abalone-undelivered",
}
MANIFESTS = "s3://abalone-artifacts/abalone-pipeline/arrivals/"
LISTING: Settings = read_settings({**ENVIRONMENT, "MANIFEST_PREFIX_URI": MANIFESTS})
SETTINGS: Settings = read_settings(ENVIRONMENT)
EPOCH = 1_770_000_000 // QUIET * QUIET


@dataclass
class Execution:
    started: float
    ends: float
    request: dict[str, Any]

    @property
    def input_data(self) -> str:
        parameter, kind = self.request["PipelineParameters"]
        assert (parameter["Name"], kind["Name"]) == ("InputData", "InputDataType")
        assert kind["Value"] == ("ManifestFile" if parameter["Value"].startswith(MANIFESTS) else "S3Prefix")
        return str(parameter["Value"])


@dataclass
class DataWorld:
    """Knobs: how long an execution runs, how late a schedule fires, how often it fires, whether there is a pipeline."""

    now: float = EPOCH
    run_seconds: float = 900
    late: float = 0
    deliveries: int = 1
    published: bool = True
    limit: int = 100
    schedules: dict[str, dict[str, Any]] = field(default_factory=dict)
    executions: list[Execution] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    settings: Settings = SETTINGS
    stored: dict[str, float] = field(default_factory=dict)
    """key of the data bucket -> when it was written last"""
    manifests: dict[str, list[Any]] = field(default_factory=dict)
    before_each_call: Callable[[], None] = lambda: None

    def send(self, event: dict[str, Any]) -> str:
        clients = Clients(scheduler=self, sagemaker=self)
        schedules, s3 = Schedules(self, self.settings, FUNCTION), self if self.settings.manifests else None
        function = DataArrival(clients, self.settings, schedules, s3, lambda: self.now)
        self.log.append(function.handle(event))
        return self.log[-1]

    def put(self, key: str, version: str = "1") -> str:
        self.stored[key] = self.now
        return self.send(
            object_created(key, version) | {"time": f"{datetime.fromtimestamp(int(self.now), UTC):%FT%TZ}"}
        )

    def read(self, execution: Execution) -> list[str]:
        """The keys that a run on what has arrived alone reads."""
        head, *names = self.manifests[execution.input_data]
        return [f"{head['prefix']}{name}".removeprefix("s3://abalone-data/") for name in names]

    def pass_until(self, moment: float) -> None:
        """Schedules fire in their order, and go when they have."""
        while due := sorted((_at(each) + self.late, name) for name, each in self.schedules.items()):
            when, name = due[0]
            if when > moment:
                break
            self.now = max(self.now, when)
            schedule = self.schedules.pop(name)
            for _ in range(self.deliveries):
                self.send(json.loads(schedule["Target"]["Input"]))
        self.now = max(self.now, moment)

    def settle(self) -> None:
        for _ in range(200):
            self.pass_until(self.now + QUIET)
            if not self.schedules and not self.executing:
                return
        raise AssertionError("the schedules never end")

    @property
    def executing(self) -> bool:
        return any(each.started <= self.now < each.ends for each in self.executions)

    # EventBridge Scheduler

    def create_schedule(self, **request: Any) -> dict[str, Any]:
        self._called("scheduler", "CreateSchedule", request)
        if request["Name"] in self.schedules:
            raise refused("CreateSchedule", "ConflictException", f"Schedule {request['Name']} already exists.")
        self.schedules[request["Name"]] = request
        return {"ScheduleArn": "arn"}

    def update_schedule(self, **request: Any) -> dict[str, Any]:
        self._called("scheduler", "UpdateSchedule", request)
        self._known("UpdateSchedule", request["Name"])
        self.schedules[request["Name"]] = request
        return {"ScheduleArn": "arn"}

    def get_schedule(self, **request: Any) -> dict[str, Any]:
        self._called("scheduler", "GetSchedule", request)
        self._known("GetSchedule", request["Name"])
        return self.schedules[request["Name"]]

    def _known(self, operation: str, name: str) -> None:
        if name not in self.schedules:
            raise refused(operation, "ResourceNotFoundException", f"Schedule {name} does not exist.")

    # SageMaker

    def list_pipeline_executions(self, **request: Any) -> dict[str, Any]:
        self._called("sagemaker", "ListPipelineExecutions", request)
        if not self.published:
            raise refused("ListPipelineExecutions", "ResourceNotFound", "Pipeline does not exist.")
        first = int(request.get("NextToken", 0))
        page = [self._summary(each) for each in self.executions[first : first + 2]]
        more = {"NextToken": str(first + 2)} if first + 2 < len(self.executions) else {}
        return {"PipelineExecutionSummaries": page} | more

    def _summary(self, execution: Execution) -> dict[str, Any]:
        status = "Executing" if execution.ends > self.now else "Succeeded"
        name = execution.request["PipelineExecutionDisplayName"]
        return {"PipelineExecutionStatus": status, "PipelineExecutionDisplayName": name}

    def start_pipeline_execution(self, **request: Any) -> dict[str, Any]:
        self._called("sagemaker", "StartPipelineExecution", request)
        if sum(each.ends > self.now for each in self.executions) >= self.limit:
            raise refused("StartPipelineExecution", "ResourceLimitExceeded", "Too many executions.")
        token = request["ClientRequestToken"]
        if token not in self.tokens:
            self.tokens[token] = f"{PIPELINE}/execution/{len(self.executions)}"
            self.executions.append(Execution(self.now, self.now + self.run_seconds, request))
        return {"PipelineExecutionArn": self.tokens[token]}

    # S3

    def list_objects_v2(self, **request: Any) -> dict[str, Any]:
        self._called("s3", "ListObjectsV2", request)
        assert request["Bucket"] == "abalone-data"
        keys = sorted(key for key in self.stored if key.startswith(request["Prefix"]))
        first = int(request.get("ContinuationToken", 0))
        page = [{"Key": key, "LastModified": datetime.fromtimestamp(self.stored[key], UTC)} for key in keys]
        more = {"IsTruncated": True, "NextContinuationToken": str(first + 3)} if first + 3 < len(keys) else {}
        return {"Contents": page[first : first + 3]} | more

    def put_object(self, **request: Any) -> dict[str, Any]:
        self._called("s3", "PutObject", request)
        self.manifests[f"s3://{request['Bucket']}/{request['Key']}"] = json.loads(request["Body"])
        return {}

    def _called(self, service: str, operation: str, request: dict[str, Any]) -> None:
        self.before_each_call()
        held_to_the_model(service, operation, request)
        if service == "scheduler" and operation != "GetSchedule":
            assert _at(request) > self.now, "a one-time schedule in the past never fires"


def object_created(key: str, version: str = "1") -> dict[str, Any]:
    """As S3 sends it to EventBridge: the key is not URL-encoded (S3 user guide, "EventBridge event message structure")."""
    return {
        "version": "0",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "detail": {"bucket": {"name": "abalone-data"}, "object": {"key": key, "version-id": version, "size": 12}},
    }


def _at(schedule: dict[str, Any]) -> float:
    text = str(schedule["ScheduleExpression"]).removeprefix("at(").removesuffix(")")
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
