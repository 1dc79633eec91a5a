"""The thread that runs one job in its role's name, and what is said of jobs that a kill interrupted.

The log streams are AWS's: group /aws/sagemaker/<Kind>Jobs, stream <job name>/algo-1-<epoch>.
"""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.containers.job import SEE_THE_LOG, JobOutcome, Metric
from sandbox.errors import ServiceError, ValidationError
from sandbox.sagemaker.jobs.algorithm_metrics import publish
from sandbox.sagemaker.jobs.kinds import KINDS, RUNNING, JobKind
from sandbox.sagemaker.role_at_work import ImageDenied, Needs, RoleAtWork
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

_UNDER_WAY = ("Starting", "Training")
_MESSAGES = {
    "Starting": "Preparing the job's folder",
    "Training": "Downloading the input, training, and uploading the model",
    "Completed": "Training job completed",
}


def perform(kind: JobKind, sagemaker: SageMaker, job: Document, role: RoleAtWork) -> None:
    name = job[kind.name]
    metrics: Sequence[Metric] = ()
    try:
        begun = sagemaker.now()
        started: Document = {f"{kind.word}StartTime": begun}
        if kind.word == "Training":
            started |= secondary(job, "Training", at=begun)
        job = sagemaker.store.update(kind.kind, name, started)
        _provide(sagemaker, kind.needs(sagemaker, job), role)
        outcome = kind.run(sagemaker, job, _given(kind, sagemaker, job, role))
        changes, metrics = _result(kind, outcome, log=_stream(kind, job)), outcome.metrics
    except ServiceError as error:
        changes = {kind.status: "Failed", "FailureReason": f"ClientError: {error.message}"}
    except Exception as error:  # noqa: BLE001 (a thread's last resort: the job must leave InProgress, and say why)
        changes = {kind.status: "Failed", "FailureReason": f"InternalServerError: the sandbox failed: {error!r}"}
    now = sagemaker.now()
    if kind.word == "Training":
        changes |= secondary(job, changes.get("SecondaryStatus") or changes[kind.status], at=now)
    sagemaker.store.update(kind.kind, name, {**changes, f"{kind.word}EndTime": now, "LastModifiedTime": now})
    sagemaker.cancellations.pop((kind.kind, name), None)
    publish(role.actor, name, metrics)


def _provide(sagemaker: SageMaker, needs: Needs, role: RoleAtWork) -> None:
    """The image and the network, before anything is downloaded.

    The sentence about the image is the FailureReason of https://github.com/aws/sagemaker-python-sdk/issues/1968.
    """
    if needs.image is not None:
        try:
            role.pull(needs.image)
        except ImageDenied as error:
            raise ValidationError(
                f"Cannot pull algorithm container. Either the image does not exist or its permissions are incorrect. {error}"
            ) from error
    if needs.vpc:
        role.join(needs.vpc, place=sagemaker.place)


def _given(kind: JobKind, sagemaker: SageMaker, job: Document, role: RoleAtWork) -> Document:
    """What every kind of job is run with."""
    name = job[kind.name]
    group, stream = _stream(kind, job)
    return {
        "request": job,
        "folder": sagemaker.settings.jobs / kind.kind / name,
        "objects": role.objects,
        "runner": role.runner,
        "cancel": sagemaker.cancellations[kind.kind, name],
        "log": role.logs.stream(group=group, name=stream),
    }


def _stream(kind: JobKind, job: Document) -> tuple[str, str]:
    return f"/aws/sagemaker/{kind.word}Jobs", f"{job[kind.name]}/algo-1-{int(job['CreationTime'])}"


def secondary(job: Document, status: str, *, at: float) -> Document:
    """SecondaryStatus and its history: each status from when until when (API reference, SecondaryStatusTransition)."""
    history: list[Document] = [*job.get("SecondaryStatusTransitions", [])]
    if history:
        history[-1] = {**history[-1], "EndTime": at}
    history.append({"Status": status, "StartTime": at, "StatusMessage": _MESSAGES.get(status, "")})
    if status not in _UNDER_WAY:
        history[-1]["EndTime"] = at
    return {"SecondaryStatus": status, "SecondaryStatusTransitions": history}


def _result(kind: JobKind, outcome: JobOutcome, *, log: tuple[str, str]) -> Document:
    overran = outcome.secondary_status == "MaxRuntimeExceeded"
    reason = outcome.failure_reason or (outcome.status_message if overran else None)
    if reason:
        reason = reason.replace(SEE_THE_LOG, f"{SEE_THE_LOG} ({' '.join(log)})", 1)
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


def recover(sagemaker: SageMaker) -> None:
    """Jobs do not survive the process that ran them."""
    for kind in KINDS:
        for job in sagemaker.store.all(kind.kind):
            if job[kind.status] in RUNNING:
                now = sagemaker.now()
                changes = {
                    kind.status: "Failed",
                    "FailureReason": "InternalServerError: the sandbox stopped while the job was running. Start it again.",
                    f"{kind.word}EndTime": now,
                    "LastModifiedTime": now,
                }
                changes |= secondary(job, "Failed", at=now) if kind.word == "Training" else {}
                sagemaker.store.update(kind.kind, job[kind.name], changes)
