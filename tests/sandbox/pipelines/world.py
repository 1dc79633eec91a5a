"""A SageMaker whose pipelines are real and whose jobs, models and registry are fakes."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from sandbox.acting import Actor
from sandbox.caller import caller
from sandbox.containers.objects import ObjectStore
from sandbox.sagemaker.pipelines import executions, pipelines
from sandbox.sagemaker.role_at_work import Logs
from sandbox.sagemaker.service import SageMaker
from sandbox.service import service_model
from sandbox.service_context import ServiceContext
from sandbox.settings import SandboxSettings
from sandbox.store import Document
from tests.sandbox.heard import Heard
from tests.sandbox.pipelines.conforming import conform
from tests.sandbox.pipelines.fake_jobs import SECONDS, FakeJobs
from tests.sandbox.pipelines.memory_objects import GuardedObjects, MemoryObjects
from tests.sandbox.roles import Roles


class Reached:
    """S3 in memory, for whoever may read it."""

    def __init__(self, objects: MemoryObjects) -> None:
        self._objects = objects

    def objects(self, actor: Actor | None) -> ObjectStore:
        return self._objects if actor is None else GuardedObjects(self._objects, actor)

    def logs(self, actor: Actor) -> Logs:
        raise AssertionError(f"no job of {actor.arn} runs here")


ROLE = "arn:aws:iam::000000000000:role/pipeline"


class Pipelines:
    """The service under test with what surrounds it; calls check their answers against the output shapes."""

    def __init__(self, home: Path, *, objects: MemoryObjects | None = None, jobs: FakeJobs | None = None) -> None:
        self.objects = objects or MemoryObjects()
        self.jobs = jobs or FakeJobs(self.objects)
        self.clients: dict[str, Any] = {}
        """of other services, by name, for whichever role"""
        self.roles = Roles(lambda service, _: self.clients[service])
        self.heard = Heard()
        self.calls: list[tuple[str, str | None]] = []  # operation, access key
        self.requests: list[tuple[str, Document]] = []  # operation, what was asked
        self.around = ServiceContext(emit=self.heard, take_on=self.roles, guard=self._guard)
        self.sagemaker = SageMaker(
            settings=SandboxSettings(home=home, port=4566),
            operations={**pipelines.OPERATIONS, **executions.OPERATIONS, **self.jobs.operations()},
            reach=Reached(self.objects),
            runner=cast(Any, None),
            around=self.around,
        )

    def _guard(self, _: str, operation: str, request: Document) -> None:
        self.calls.append((operation, caller()))
        self.requests.append((operation, request))
        key = caller()
        if key is not None:
            self.roles.require(key, f"sagemaker:{operation}", "*")

    def close(self) -> None:
        self.jobs.finish()
        self.sagemaker.close()

    def again(self, home: Path) -> Pipelines:
        """Another process on the same state."""
        return Pipelines(home, objects=self.objects, jobs=self.jobs)

    def call(self, operation: str, **request: Any) -> Document:
        shapes = service_model("sagemaker").operation_model(operation)
        if (
            shapes.input_shape
            and "ClientRequestToken" in shapes.input_shape.members
            and "ClientRequestToken" not in request
        ):
            request["ClientRequestToken"] = str(uuid.uuid4())
        response = self.sagemaker.call(operation, request)
        conform(response, shapes.output_shape)
        return response

    def create(self, definition: object, name: str = "p", **more: Any) -> str:
        text = definition if isinstance(definition, str) else json.dumps(definition)
        response = self.call("CreatePipeline", PipelineName=name, PipelineDefinition=text, RoleArn=ROLE, **more)
        return str(response["PipelineArn"])

    def start(self, name: str = "p", parameters: Mapping[str, str] | None = None, **more: Any) -> str:
        given = [{"Name": key, "Value": value} for key, value in (parameters or {}).items()]
        response = self.call("StartPipelineExecution", PipelineName=name, PipelineParameters=given, **more)
        return str(response["PipelineExecutionArn"])

    def end(self, arn: str) -> Document:
        """The execution, once it has ended."""
        self.sagemaker.store.wait(
            "pipeline-execution",
            arn,
            until=lambda each: each is None or each["PipelineExecutionStatus"] not in ("Executing", "Stopping"),
            timeout=SECONDS,
        )
        return self.call("DescribePipelineExecution", PipelineExecutionArn=arn)

    def run(
        self, name: str = "p", parameters: Mapping[str, str] | None = None, **more: Any
    ) -> tuple[Document, dict[str, Document]]:
        """Start, wait, and return the execution and its steps by name."""
        arn = self.start(name, parameters, **more)
        return self.end(arn), self.steps(arn)

    def steps(self, arn: str) -> dict[str, Document]:
        """In the order they started."""
        listed = self.call(
            "ListPipelineExecutionSteps", PipelineExecutionArn=arn, SortOrder="Ascending", MaxResults=100
        )
        return {each["StepName"]: each for each in listed["PipelineExecutionSteps"]}

    def await_step(self, arn: str, step: str, status: str) -> Document:
        found = self.sagemaker.store.wait(
            "pipeline-execution-step",
            f"{arn}/{step}",
            until=lambda each: each is not None and each["StepStatus"] == status,
            timeout=SECONDS,
        )
        return found or {}
