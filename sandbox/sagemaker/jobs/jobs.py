"""The jobs' operations: create, describe, list and stop, for each kind."""

from __future__ import annotations

import threading

from sandbox.errors import ResourceInUse, ValidationError
from sandbox.identity import AccessDenied
from sandbox.sagemaker import quotas, tags
from sandbox.sagemaker.jobs.inputs import check_input
from sandbox.sagemaker.jobs.kinds import KINDS, RUNNING, JobKind
from sandbox.sagemaker.jobs.work import perform, secondary
from sandbox.sagemaker.role_at_work import RoleAtWork
from sandbox.sagemaker.service import Operation, SageMaker
from sandbox.store import Document


def _create(kind: JobKind, sagemaker: SageMaker, request: Document) -> Document:
    name = request[kind.name]
    arn = sagemaker.arn(f"{kind.kind}/{name}")
    kind.check(sagemaker, request)
    role = _taken_on(sagemaker, kind.needs(sagemaker, request).role, arn)
    for source in kind.looked_at(request):
        check_input(role, source["S3Uri"], region=sagemaker.settings.region)
    with sagemaker.store.transaction():
        if sagemaker.store.get(kind.kind, name):
            raise ResourceInUse(
                f"Job name must be unique within an AWS account and region, and a job {arn} exists already."
            )
        quotas.check_job(sagemaker, kind.word, request)
        now = sagemaker.now()
        job = {member: value for member, value in request.items() if member != "Tags"}
        job |= {kind.arn: arn, kind.status: "InProgress", "CreationTime": now, "LastModifiedTime": now}
        if kind.word == "Training":
            job |= {"ModelArtifacts": {"S3ModelArtifacts": ""}, **secondary({}, "Starting", at=now)}
        sagemaker.store.put(kind.kind, name, job)
        tags.put(sagemaker, arn, request.get("Tags", []))
    sagemaker.cancellations[kind.kind, name] = threading.Event()
    sagemaker.workers.submit(perform, kind, sagemaker, job, role)
    return job


def _taken_on(sagemaker: SageMaker, role: str, job: str) -> RoleAtWork:
    """AWS tries the role before it accepts the job, and answers so:
    https://github.com/awslabs/predictive-maintenance-using-machine-learning/issues/3.
    """
    try:
        return sagemaker.work_as(role, source_arn=job)
    except AccessDenied as error:
        raise ValidationError(
            f"Could not assume role {role}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com'"
            f" to assume the role. {error.message}"
        ) from error


def _describe(kind: JobKind, sagemaker: SageMaker, request: Document) -> Document:
    return kind.named(sagemaker, request[kind.name])


def _stop(kind: JobKind, sagemaker: SageMaker, request: Document) -> Document:
    with sagemaker.store.transaction():
        job = kind.named(sagemaker, request[kind.name])
        if job[kind.status] not in RUNNING:
            raise ValidationError(f"The request was rejected because the job is in status {job[kind.status]}.")
        sagemaker.store.update(kind.kind, job[kind.name], {kind.status: "Stopping"})
    if cancel := sagemaker.cancellations.get((kind.kind, job[kind.name])):
        cancel.set()
    return {}


def _list(kind: JobKind, sagemaker: SageMaker, request: Document) -> Document:
    return kind.listing.of(sagemaker.store.all(kind.kind), request)


def _operations(kind: JobKind) -> dict[str, Operation]:
    return {
        f"Create{kind.word}Job": lambda sagemaker, request: _create(kind, sagemaker, request),
        f"Describe{kind.word}Job": lambda sagemaker, request: _describe(kind, sagemaker, request),
        f"Stop{kind.word}Job": lambda sagemaker, request: _stop(kind, sagemaker, request),
        f"List{kind.word}Jobs": lambda sagemaker, request: _list(kind, sagemaker, request),
    }


OPERATIONS = {name: operation for kind in KINDS for name, operation in _operations(kind).items()}
