"""SNS that keeps what is published, and the services that a notice's facts are looked up in, of whom any may refuse."""

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.functions.notices.aws import Clients
from infra.functions.notices.event import Event
from infra.functions.notices.handler import notify
from infra.functions.notices.settings import Settings
from sandbox.errors import ValidationError
from tests.infra.functions.service_shapes import held_to_the_model, refused

EVENTS = Path(__file__).parent / "events"
SETTINGS = Settings("arn:aws:sns:eu-west-1:111122223333:abalone-notices", "abalone")
PACKAGE = "arn:aws:sagemaker:eu-west-1:111122223333:model-package/abalone"
CURRENT = "12345678-1234-5678-abcd-12345678abcd"
BEFORE = "00000000-1234-5678-abcd-12345678abcd"


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return event


@dataclass
class NoticeWorld:
    """What the services know: the failed steps of a run, the version of an execution, and of the one before it."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=lambda: {CURRENT: f"{PACKAGE}/7", BEFORE: f"{PACKAGE}/5"})
    execution_type: str = "STANDARD"
    actions: list[dict[str, Any]] = field(default_factory=list)
    packages: dict[str, dict[str, Any]] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, object] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    asked_log: tuple[str, str] | None = None
    denied: bool = False
    published: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, event: object) -> tuple[str, str]:
        notify(Clients(sns=self, sagemaker=self, pipeline=self, logs=self, s3=self), SETTINGS, Event(event))
        message = self.published.pop()
        assert self.published == []
        return message["Subject"], message["Message"]

    def publish(self, **request: Any) -> dict[str, Any]:
        held_to_the_model("sns", "Publish", request)
        self.published.append(request)
        return {"MessageId": "1"}

    def list_pipeline_execution_steps(self, **request: Any) -> dict[str, Any]:
        self._asked("sagemaker", "ListPipelineExecutionSteps", request)
        return {"PipelineExecutionSteps": self.steps}

    def describe_model_package(self, **request: Any) -> dict[str, Any]:
        self._asked("sagemaker", "DescribeModelPackage", request)
        arn = request["ModelPackageName"]
        if arn not in self.packages:
            raise refused("DescribeModelPackage", "ValidationException", f"ModelPackage {arn} does not exist.")
        number = int(arn.rpartition("/")[2])
        return {"ModelPackageGroupName": "abalone", "ModelPackageVersion": number} | self.packages[arn]

    def list_model_packages(self, **request: Any) -> dict[str, Any]:
        self._asked("sagemaker", "ListModelPackages", request)
        found = [{"ModelPackageArn": arn, "ModelPackageVersion": int(arn.rpartition("/")[2])} for arn in self.packages]
        return {"ModelPackageSummaryList": found}

    def list_pipeline_parameters_for_execution(self, **request: Any) -> dict[str, Any]:
        self._asked("sagemaker", "ListPipelineParametersForExecution", request)
        return {"PipelineParameters": [{"Name": name, "Value": value} for name, value in self.parameters.items()]}

    def describe_pipeline_definition_for_execution(self, **request: Any) -> dict[str, Any]:
        self._asked("sagemaker", "DescribePipelineDefinitionForExecution", request)
        declared = [{"Name": name, "Type": "String", "DefaultValue": value} for name, value in self.defaults.items()]
        return {"PipelineDefinition": json.dumps({"Version": "2020-12-01", "Parameters": declared})}

    def get_log_events(self, **request: Any) -> dict[str, Any]:
        self._asked("logs", "GetLogEvents", request)
        self.asked_log = (request["logGroupName"], request["logStreamName"])
        return {"events": [{"message": line} for line in self.log]}

    def get_object(self, **request: Any) -> dict[str, Any]:
        self._asked("s3", "GetObject", request)
        uri = f"s3://{request['Bucket']}/{request['Key']}"
        if uri not in self.objects:
            raise refused("GetObject", "NoSuchKey", "The specified key does not exist.")
        return {"Body": io.BytesIO(self.objects[uri])}

    def get_pipeline_execution(self, **request: Any) -> dict[str, Any]:
        self._asked("codepipeline", "GetPipelineExecution", request)
        variables = [
            {"name": "ModelPackageArn", "resolvedValue": self.versions.get(request["pipelineExecutionId"], "latest")}
        ]
        return {"pipelineExecution": {"variables": variables, "executionType": self.execution_type}}

    def list_pipeline_executions(self, **request: Any) -> dict[str, Any]:
        self._asked("codepipeline", "ListPipelineExecutions", request)
        return {"pipelineExecutionSummaries": [{"pipelineExecutionId": each} for each in self.versions]}

    def list_action_executions(self, **request: Any) -> dict[str, Any]:
        self._asked("codepipeline", "ListActionExecutions", request)
        return {"actionExecutionDetails": self.actions}

    def _asked(self, service: str, operation: str, request: dict[str, Any]) -> None:
        try:
            held_to_the_model(service, operation, request)
        except ValidationError as error:
            raise refused(operation, "ValidationException", str(error)) from error
        if self.denied:
            raise refused(operation, "AccessDeniedException", f"not authorized to perform {service}:{operation}")
