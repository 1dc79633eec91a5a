"""What distinguishes processing, training and transform jobs: the members' names, and what runs one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.containers.job import JobOutcome
from sandbox.containers.processing import run_processing_job
from sandbox.containers.training import run_training_job
from sandbox.containers.transform import run_transform_job
from sandbox.errors import NotInTheSandbox, ResourceNotFound
from sandbox.sagemaker.hosting import models
from sandbox.sagemaker.jobs.algorithm_images import check_metric_definitions
from sandbox.sagemaker.jobs.inputs import check_managed
from sandbox.sagemaker.listing import Listing
from sandbox.sagemaker.role_at_work import Needs
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

Run = Callable[[SageMaker, Document, Document], JobOutcome]  # (service, request, what every kind is given)
RUNNING = ("InProgress", "Stopping")


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """What distinguishes one kind of job: "Processing", "Training" or "Transform"."""

    word: str
    run: Run
    needs: Callable[[SageMaker, Document], Needs]
    listing: Listing
    looked_at: Callable[[Document], list[Document]] = lambda _: []
    """the S3 data sources that AWS looks at before it accepts the job: a processing job's only when it runs"""
    check: Callable[[SageMaker, Document], None] = lambda _, __: None
    """what AWS refuses of a request beside what its service model says"""

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


def _run_transform(sagemaker: SageMaker, request: Document, given: Document) -> JobOutcome:
    container = models.container(sagemaker, request["ModelName"])
    container["Environment"] = container.get("Environment", {}) | request.get("Environment", {})
    offline = models.offline(sagemaker, request["ModelName"])
    return run_transform_job(container=container, offline=offline, **given)


def _processing_needs(_: SageMaker, job: Document) -> Needs:
    vpc = job.get("NetworkConfig", {}).get("VpcConfig")
    return Needs(role=job["RoleArn"], image=job["AppSpecification"]["ImageUri"], vpc=vpc)


def _check_training(sagemaker: SageMaker, job: Document) -> None:
    """A job without a container or an instance of its own is a serverless one (ServerlessJobConfig)."""
    absent = [name for name in ("AlgorithmSpecification", "ResourceConfig", "StoppingCondition") if name not in job]
    if absent:
        raise NotInTheSandbox(f"sagemaker:CreateTrainingJob without {', '.join(absent)}")
    if "TrainingImage" not in job["AlgorithmSpecification"]:
        raise NotInTheSandbox("sagemaker:CreateTrainingJob without a TrainingImage")
    check_metric_definitions(job, account=sagemaker.settings.account)


def _training_needs(_: SageMaker, job: Document) -> Needs:
    image = job["AlgorithmSpecification"].get("TrainingImage")
    return Needs(role=job["RoleArn"], image=image, vpc=job.get("VpcConfig"))


def _transform_needs(sagemaker: SageMaker, job: Document) -> Needs:
    """A transform job has no role of its own: its model's downloads and uploads."""
    return models.needs(sagemaker, job["ModelName"])


def _channels(job: Document) -> list[Document]:
    sources = [channel["DataSource"] for channel in job.get("InputDataConfig", [])]
    return [source["S3DataSource"] for source in sources if "S3DataSource" in source]


def _batch(job: Document) -> list[Document]:
    return [job["TransformInput"]["DataSource"]["S3DataSource"]]


def _listing(word: str, *more: str, descending: bool) -> Listing:
    status = f"{word}JobStatus"
    return Listing(
        answer=f"{word}JobSummaries",
        name=f"{word}JobName",
        status=status,
        summary=(
            f"{word}JobName",
            f"{word}JobArn",
            status,
            "CreationTime",
            "LastModifiedTime",
            f"{word}EndTime",
            *more,
        ),
        sort_by={"Status": status},
        descending=descending,
    )


KINDS = (
    JobKind(
        word="Processing",
        run=lambda _, __, given: run_processing_job(**given),
        needs=_processing_needs,
        listing=_listing("Processing", "FailureReason", "ExitMessage", descending=False),
        check=lambda _, request: check_managed(request),
    ),
    JobKind(
        word="Training",
        run=lambda _, __, given: run_training_job(**given),
        needs=_training_needs,
        listing=_listing("Training", "SecondaryStatus", descending=False),
        looked_at=_channels,
        check=_check_training,
    ),
    JobKind(
        word="Transform",
        run=_run_transform,
        needs=_transform_needs,
        listing=_listing("Transform", "FailureReason", descending=True),
        looked_at=_batch,
    ),
)
