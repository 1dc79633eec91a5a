"""Starting the model servers of one deployment, each as its model's execution role: every variant, or none."""

from __future__ import annotations

import uuid
from pathlib import Path

from sandbox.containers.job import Unsupported
from sandbox.containers.objects import BucketNotFound, ObjectDenied, ObjectNotFound, S3Location
from sandbox.containers.serving import ModelServer, ModelServerFailed
from sandbox.identity import AccessDenied
from sandbox.sagemaker.hosting.fleet import Fleet, Variant
from sandbox.sagemaker.hosting.model_data import data_of
from sandbox.sagemaker.role_at_work import ImageDenied, RoleAtWork
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document


def launch(sagemaker: SageMaker, endpoint: str, target: Document) -> Fleet:
    """Start every variant of a deployment target. Raises ModelServerFailed with the reason of the first that did not come up."""
    folder = sagemaker.settings.endpoints / endpoint / uuid.uuid4().hex[:8]
    capture = target["DataCaptureConfig"] or {}
    running: list[Variant] = []
    try:
        for variant in target["Variants"]:
            running.append(_started(sagemaker, endpoint, variant, folder / variant["VariantName"]))
    except BaseException:
        Fleet(tuple(running), folder, capture).retire()
        raise
    return Fleet(tuple(running), folder, capture)


def _started(sagemaker: SageMaker, endpoint: str, variant: Document, folder: Path) -> Variant:
    name = variant["VariantName"]
    role = _admitted(sagemaker, variant)
    stream = f"{name}/{uuid.uuid4().hex[:17]}"  # AWS's stream: variant/instance
    try:
        server = ModelServer.start(
            container=variant["Container"],
            folder=folder,
            objects=role.objects,
            runner=role.runner,
            log=role.logs.stream(group=f"/aws/sagemaker/Endpoints/{endpoint}", name=stream),
            offline=variant["_offline"],
        )
    except ModelServerFailed as error:
        raise _not_healthy(name, error) from error
    return Variant(name=name, weight=variant["InitialVariantWeight"], server=server, objects=role.objects)


def _not_healthy(variant: str, error: ModelServerFailed) -> ModelServerFailed:
    """AWS's FailureReason, as in https://github.com/aws/amazon-sagemaker-examples/issues/993, and what only the log has there."""
    if isinstance(error.__cause__, Unsupported):
        return error
    return ModelServerFailed(
        f"The primary container for production variant {variant} did not pass the ping health check."
        f" Please check CloudWatch logs for this endpoint. ({error})"
    )


def _admitted(sagemaker: SageMaker, variant: Document) -> RoleAtWork:
    """The model's role, once it may do all that a server needs. Raises ModelServerFailed."""
    try:
        role = sagemaker.work_as(variant["_role"], source_arn=variant["_model"])
        role.pull(variant["Container"]["Image"])
        if variant["_vpc"]:
            role.join(variant["_vpc"], place=sagemaker.place)
    except (AccessDenied, ImageDenied) as error:
        raise ModelServerFailed(str(error)) from error
    _check_data(variant["Container"], role)
    return role


def _check_data(container: Document, role: RoleAtWork) -> None:
    """The sentence is the FailureReason quoted in https://github.com/aws-samples/cvat-on-aws-china/issues/3."""
    uri = data_of(container)
    if uri is None:
        return
    place = S3Location.parse(uri)
    try:
        role.objects.check(bucket=place.bucket, key=place.key)
    except (ObjectNotFound, BucketNotFound, ObjectDenied) as error:
        raise ModelServerFailed(
            f'Failed to download model data for container "container_1" from URL: "{uri}". Please ensure that there is an object'
            " located at the URL and that the role passed to CreateModel has permissions to download the object."
            f" The role is {role.arn}."
        ) from error
