"""Processing, training and transform jobs: their records, and the threads that run their containers.

A job's kind says all that differs: the members' names, and which function of `sandbox.containers` runs it. The log streams are
AWS's: group /aws/sagemaker/<Kind>Jobs, stream <job name>/algo-1-<epoch>.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.containers.job import JobOutcome
from sandbox.containers.processing import run_processing_job
from sandbox.containers.training import run_training_job
from sandbox.containers.transform import run_transform_job
from sandbox.errors import ResourceInUse, ResourceNotFound, ServiceError, ValidationError
from sandbox.sagemaker import models, tags
from sandbox.sagemaker.paging import matching, page
from sandbox.sagemaker.service import Operation, SageMaker
from sandbox.sagemaker.store import Document

Run = Callable[[SageMaker, Document, Document], JobOutcome]  # (service, request, what every kind is given)
_RUNNING = ("InProgress", "Stopping")


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """What distinguishes one kind of job: "Processing", "Training" or "Transform"."""

    word: str
    run: Run
    descending: bool

    @property
    def kind(self) -> str:
        return f"{self.word.lower()}-job"

    @property
    def name(self) -> str:
        return f"{self.word}JobName"

    @property
    def arn(self) -> str:
        return f"{self.word}JobArn"

    @property
    def status(self) -> str:
        return f"{self.word}JobStatus"

    def named(self, sagemaker: SageMaker, name: str) -> Document:
        job = sagemaker.store.get(self.kind, name)
        if job is None:
            raise ResourceNotFound("Requested resource not found.")
        return job


def _create(kind: JobKind, sagemaker: SageMaker, request: Document) -> Document:
    name = request[kind.name]
    arn = sagemaker.arn(f"{kind.kind}/{name}")
    with sagemaker.store.transaction():
        if sagemaker.store.get(kind.kind, name):
            raise ResourceInUse(
                f"Job name must be unique within an AWS account and region, and a job {arn} exists already."
            )
        if kind.word == "Transform":
            models.named(sagemaker, request["ModelName"])
        now = sagemaker.now()
        job = {member: value for member, value in request.items() if member != "Tags"}
        job |= {kind.arn: arn, kind.status: "InProgress", "CreationTime": now, "LastModifiedTime": now}
        if kind.word == "Training":
            job |= {"SecondaryStatus": "Starting", "ModelArtifacts": {"S3ModelArtifacts": ""}}
        sagemaker.store.put(kind.kind, name, job)
        tags.put(sagemaker, arn, request.get("Tags", []))
    sagemaker.cancellations[kind.kind, name] = threading.Event()
    sagemaker.workers.submit(_perform, kind, sagemaker, job)
    return job


def _perform(kind: JobKind, sagemaker: SageMaker, job: Document) -> None:
    name = job[kind.name]
    given: Document = {
        "request": job,
        "folder": sagemaker.settings.jobs / kind.kind / name,
        "objects": sagemaker.objects,
        "runner": sagemaker.runner,
        "cancel": sagemaker.cancellations[kind.kind, name],
    }
    try:
        given["log"] = sagemaker.logs.stream(
            group=f"/aws/sagemaker/{kind.word}Jobs", name=f"{name}/algo-1-{int(job['CreationTime'])}"
        )
        sagemaker.store.update(kind.kind, name, {f"{kind.word}StartTime": sagemaker.now()})
        changes = _result(kind, kind.run(sagemaker, job, given))
    except ServiceError as error:
        changes = {kind.status: "Failed", "FailureReason": f"ClientError: {error.message}"}
    except Exception as error:  # noqa: BLE001 (a thread's last resort: the job must leave InProgress, and say why)
        changes = {kind.status: "Failed", "FailureReason": f"InternalServerError: the sandbox failed: {error!r}"}
    now = sagemaker.now()
    if kind.word == "Training":
        changes = {"SecondaryStatus": changes[kind.status], **changes}
    sagemaker.store.update(kind.kind, name, {**changes, f"{kind.word}EndTime": now, "LastModifiedTime": now})
    sagemaker.cancellations.pop((kind.kind, name), None)


def _result(kind: JobKind, outcome: JobOutcome) -> Document:
    overran = outcome.secondary_status == "MaxRuntimeExceeded"
    reason = outcome.failure_reason or (outcome.status_message if overran else None)
    changes: Document = {kind.status: outcome.status, "FailureReason": reason}
    if kind.word == "Processing":
        changes["ExitMessage"] = outcome.exit_message
    if kind.word == "Training":
        changes |= {
            "SecondaryStatus": outcome.secondary_status or outcome.status,
            "ModelArtifacts": {"S3ModelArtifacts": outcome.model_artifact or ""},
            "FinalMetricDataList": [
                {"MetricName": m.name, "Value": m.value, "Timestamp": m.timestamp} for m in outcome.metrics
            ],
        }
    return changes


def _describe(kind: JobKind, sagemaker: SageMaker, request: Document) -> Document:
    return kind.named(sagemaker, request[kind.name])


def _stop(kind: JobKind, sagemaker: SageMaker, request: Document) -> Document:
    with sagemaker.store.transaction():
        job = kind.named(sagemaker, request[kind.name])
        if job[kind.status] not in _RUNNING:
            raise ValidationError(f"The request was rejected because the job is in status {job[kind.status]}.")
        sagemaker.store.update(kind.kind, job[kind.name], {kind.status: "Stopping"})
    if cancel := sagemaker.cancellations.get((kind.kind, job[kind.name])):
        cancel.set()
    return {}


def _list(kind: JobKind, sagemaker: SageMaker, request: Document) -> Document:
    first = {"Name": kind.name, "Status": kind.status}.get(request.get("SortBy", ""), "CreationTime")
    rows = matching(sagemaker.store.all(kind.kind), request, name=kind.name, status=kind.status)
    chosen, more = page(rows, request, order=lambda row: [row[first], row[kind.name]], descending=kind.descending)
    members = {kind.name, kind.arn, kind.status, "CreationTime", "LastModifiedTime", f"{kind.word}EndTime"}
    members |= {"SecondaryStatus"} if kind.word == "Training" else {"FailureReason"}
    members |= {"ExitMessage"} if kind.word == "Processing" else set()
    summaries = [{k: row[k] for k in members & row.keys() if row[k] is not None} for row in chosen]
    return {f"{kind.word}JobSummaries": summaries, **more}


def _run_transform(sagemaker: SageMaker, request: Document, given: Document) -> JobOutcome:
    container = models.container(sagemaker, request["ModelName"])
    container["Environment"] = container.get("Environment", {}) | request.get("Environment", {})
    return run_transform_job(container=container, **given)


KINDS = (
    JobKind(word="Processing", run=lambda _, __, given: run_processing_job(**given), descending=False),
    JobKind(word="Training", run=lambda _, __, given: run_training_job(**given), descending=False),
    JobKind(word="Transform", run=_run_transform, descending=True),
)


def recover(sagemaker: SageMaker) -> None:
    """Jobs do not survive the process that ran them."""
    for kind in KINDS:
        for job in sagemaker.store.all(kind.kind):
            if job[kind.status] in _RUNNING:
                now = sagemaker.now()
                changes = {
                    kind.status: "Failed",
                    "FailureReason": "InternalServerError: the sandbox stopped while the job was running. Start it again.",
                    f"{kind.word}EndTime": now,
                    "LastModifiedTime": now,
                }
                changes |= {"SecondaryStatus": "Failed"} if kind.word == "Training" else {}
                sagemaker.store.update(kind.kind, job[kind.name], changes)


def _operations(kind: JobKind) -> dict[str, Operation]:
    return {
        f"Create{kind.word}Job": lambda sagemaker, request: _create(kind, sagemaker, request),
        f"Describe{kind.word}Job": lambda sagemaker, request: _describe(kind, sagemaker, request),
        f"Stop{kind.word}Job": lambda sagemaker, request: _stop(kind, sagemaker, request),
        f"List{kind.word}Jobs": lambda sagemaker, request: _list(kind, sagemaker, request),
    }


OPERATIONS = {name: operation for kind in KINDS for name, operation in _operations(kind).items()}
