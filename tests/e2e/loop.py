"""The loop in a deployed project, watched: whoever waits here is told at which point it stopped, and what was said there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import boto3
from botocore.exceptions import ClientError

from tests.e2e.project import ENDED, NAMES, PATIENCE, Project, is_of

APPROVER = "ann"
_GRACE = 8.0  # seconds that what waits for a refused call is still waited for
_GLANCE = 0.1
_T = TypeVar("_T")


class Stopped(Exception):
    """The loop did not go on: where, and what was said."""

    def __init__(self, point: str, message: str) -> None:
        super().__init__(f"{point}: {message}")
        self.point, self.message = point, message


@dataclass
class Loop:
    """A project, the person who approves, and what the moments so far have brought about (`known`, kept in the home)."""

    project: Project
    refused: Callable[[], bool] = lambda: False
    """whether a call was refused that is known to matter: then nothing is waited for that would have come by now"""
    started: float = field(default_factory=time.time)

    @cached_property
    def known(self) -> dict[str, str]:
        path = self.project.home / "loop.json"
        return dict(json.loads(path.read_text())) if path.exists() else {}

    def learn(self, **facts: str) -> None:
        self.known.update(facts)
        (self.project.home / "loop.json").write_text(json.dumps(self.known))

    # Waiting

    def until(self, look: Callable[[], _T | None], point: str, what: str, *, patiently: bool = False) -> _T:
        """What `look` finds; Stopped at `point` where it does not come. What is seen to be under way is waited for patiently."""
        deadline = time.monotonic() + PATIENCE * (3 if patiently else 1)
        while not (found := look()):
            now = time.monotonic()
            if now > deadline:
                raise Stopped(point, f"{what} did not come")
            if not patiently and deadline - now > _GRACE and self.refused():
                deadline = now + _GRACE
            time.sleep(_GLANCE)
        return found

    def follow(self, pipeline: str, execution: str, *, until: str = "") -> None:
        """An execution to its end, or to the action `until` being under way; Stopped at the action that fails."""
        waits = (until, "InProgress")

        def look() -> str | None:
            status = self.project.status(pipeline, execution)
            if any((each["actionName"], each["status"]) == waits for each in self.project.actions(pipeline, execution)):
                return until
            return status if status in ENDED else None

        reached = self.until(look, pipeline, f"the end of {execution}", patiently=True)
        if any(each["status"] == "Failed" for each in self.project.actions(pipeline, execution)):
            action, reason = self.project.failure(pipeline, execution)
            raise Stopped(f"{pipeline} {action}", reason)
        if reached != (until or "Succeeded"):
            raise Stopped(pipeline, f"{execution} is {reached}; {self.project.told(pipeline, execution)}")

    def follow_run(self, arn: str) -> list[dict[str, Any]]:
        """A run of the SageMaker pipeline to its end; its steps. Stopped at the step that fails."""
        sagemaker = self.project.client("sagemaker")

        def look() -> dict[str, Any] | None:
            found = dict(sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn))
            return None if found["PipelineExecutionStatus"] in ("Executing", "Stopping") else found

        run = self.until(look, NAMES.sagemaker_pipeline, f"the end of {arn}", patiently=True)
        steps = list(sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"])
        for step in steps:
            if step["StepStatus"] == "Failed":
                raise Stopped(f"{NAMES.sagemaker_pipeline} {step['StepName']}", step.get("FailureReason", ""))
        if run["PipelineExecutionStatus"] != "Succeeded":
            raise Stopped(NAMES.sagemaker_pipeline, run.get("FailureReason", run["PipelineExecutionStatus"]))
        return steps

    def of_commit(self, pipeline: str, commit: str) -> str:
        """The execution that a push has started."""

        def look() -> str | None:
            found = (each for each in self.project.executions(pipeline) if is_of(each, commit))
            return next((str(each["pipelineExecutionId"]) for each in found), None)

        return self.until(look, f"{pipeline} Source", f"an execution of {commit}")

    def settle(self) -> None:
        """Let what runs beside the loop come to its end, so that the next moment begins with nothing under way."""
        self.until(self.project.no_run_is_under_way, NAMES.sagemaker_pipeline, "the end of its runs", patiently=True)

    # The person who approves

    def as_approver(self, service: str, operation: str, **request: object) -> Any:
        """One call with the approver's own key; Stopped where it is refused."""
        settings = self.project.settings
        session: Any = boto3.Session(self.known["key"], self.known["secret"], region_name=settings.region)
        try:
            return getattr(session.client(service, endpoint_url=settings.endpoint_url), operation)(**request)
        except ClientError as error:
            raise Stopped(f"the approver's {error.operation_name}", str(error)) from error
