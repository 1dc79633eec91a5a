"""What a step type is, and what one attempt of a step is given."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from sandbox.caller import called_by
from sandbox.errors import NotInTheSandbox, ServiceError
from sandbox.sagemaker.pipelines.definition.definition import Step
from sandbox.sagemaker.pipelines.language.expressions import Scope, resolve
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

SERVICE_FAULT, THROTTLING = "Step.SERVICE_FAULT", "Step.THROTTLING"
INTERNAL_ERROR, CAPACITY_ERROR = "SageMaker.JOB_INTERNAL_ERROR", "SageMaker.CAPACITY_ERROR"
RESOURCE_LIMIT = "SageMaker.RESOURCE_LIMIT"
EXCEPTION_TYPES = (SERVICE_FAULT, THROTTLING, INTERNAL_ERROR, CAPACITY_ERROR, RESOURCE_LIMIT)

# Pipelines sets it on whatever a step makes, as part of the call that makes it: the SDK finds the execution of a training job by
# it (sagemaker.lineage.artifact.ModelArtifact.pipeline_execution_arn), and the role needs sagemaker:AddTags on what it creates.
EXECUTION_TAG = "sagemaker:pipeline-execution-arn"

_SERVER_ERROR = 500


class StepFailed(Exception):
    """The step's FailureReason, and the exception type that a retry policy may name ("" where none applies)."""

    def __init__(self, reason: str, exception_type: str = "") -> None:
        super().__init__(reason)
        self.reason, self.exception_type = reason, exception_type


class StepStopped(Exception):
    """StopPipelineExecution reached the step."""


class StopSignal:
    """Set once, by StopPipelineExecution; tells whoever is doing something that can be stopped."""

    def __init__(self) -> None:
        self._lock, self._event = threading.Lock(), threading.Event()
        self._stops: list[Callable[[], object]] = []

    def set(self) -> None:
        with self._lock:
            self._event.set()
            stops = list(self._stops)
        for stop in stops:
            stop()

    def is_set(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        return self._event.wait(seconds)

    @contextmanager
    def calls(self, stop: Callable[[], object]) -> Iterator[None]:
        """While inside, `set` calls `stop`; at once if it is set already."""
        with self._lock:
            self._stops.append(stop)
            already = self._event.is_set()
        try:
            if already:
                stop()
            yield
        finally:
            with self._lock:
                self._stops.remove(stop)


@dataclass(frozen=True)
class Outcome:
    """What a successful step made: properties that later steps refer to, and the API's step metadata."""

    properties: Document
    metadata: Document


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try at a step."""

    sagemaker: SageMaker
    execution_arn: str
    step: Step
    arguments: Document
    """resolved"""
    name: str
    """for the job or model"""
    note: Callable[[Document], object]
    """merges changes into the step's document"""
    stopping: Callable[[], None]
    """marks the step as Stopping"""
    stop: StopSignal
    key: str
    """the access key of the pipeline's role, which makes the calls"""
    client: Callable[[str], Any]
    """a boto3 client of another service, in the pipeline's role's name"""

    @property
    def tags(self) -> list[Document]:
        """Of what the step makes: those of its arguments, and the execution."""
        given = [tag for tag in self.arguments.get("Tags", []) if tag["Key"] != EXECUTION_TAG]
        return [*given, {"Key": EXECUTION_TAG, "Value": self.execution_arn}]

    def call(self, operation: str, request: Document) -> Document:
        """An operation of the API on the step's behalf; refusals in the words that AWS's step failures have."""
        try:
            with called_by(self.key):
                return self.sagemaker.call(operation, request)
        except ServiceError as error:
            reason = f"ClientError: Failed to invoke sagemaker:{operation}. Error Details: {error.message}"
            raise StepFailed(reason, _exception_type(error)) from error

    def try_to(self, operation: str, request: Document) -> None:
        """An operation that may come too late."""
        with suppress(ServiceError), called_by(self.key):
            self.sagemaker.call(operation, request)


def _exception_type(error: ServiceError) -> str:
    if error.code == "ResourceLimitExceeded":
        return RESOURCE_LIMIT
    if error.code == "ThrottlingException":
        return THROTTLING
    if error.status >= _SERVER_ERROR and not isinstance(error, NotInTheSandbox):
        return SERVICE_FAULT
    return ""


def all_resolved(step: Step, scope: Scope) -> Document:
    """The step's arguments with every expression replaced."""
    return {name: resolve(value, scope) for name, value in step.arguments.items()}


@dataclass(frozen=True, kw_only=True)
class StepType:
    """How one type of step runs."""

    name: str
    run: Callable[[Attempt], Outcome]
    resolve: Callable[[Step, Scope], Document] = all_resolved
    operation: str = ""
    """the API operation whose request the Arguments are"""
    name_member: str = ""
    """the request's member for the name that the execution chooses"""
    cache_key: tuple[str, ...] = ()
    """the arguments that caching compares; none: no result of this type is ever reused"""
    cache_unused: bool = False
    """whether a CacheConfig is taken all the same"""
    outputs: Callable[[Document], Iterable[str]] = field(default=lambda _: ())
    """the S3 URIs that must still hold something for a cached result to be of use"""
    retried: bool = True
    """may have RetryPolicies"""
