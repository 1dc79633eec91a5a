"""What the registry notes of an artifact when a version is made: its ETag, by which a later change of the object shows.

"The ETag associated with Model Data URL": https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelPackageContainerDefinition.html
"""

from __future__ import annotations

from sandbox.containers.objects import BucketNotFound, ObjectDenied, ObjectNotFound, S3Location
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

_SPECIFICATION = "InferenceSpecification"


def with_etags(sagemaker: SageMaker, request: Document) -> Document:
    """The request's InferenceSpecification, where it has one, with the ModelDataETag of each artifact that S3 knows."""
    if _SPECIFICATION not in request:
        return {}
    specification = request[_SPECIFICATION]
    containers = [_noted(sagemaker, container) for container in specification.get("Containers", [])]
    return {_SPECIFICATION: {**specification, "Containers": containers}}


def _noted(sagemaker: SageMaker, container: Document) -> Document:
    """What a caller states himself is left as it is; an artifact that is not there is CreateModel's affair."""
    if "ModelDataUrl" not in container or "ModelDataETag" in container:
        return container
    try:
        place = S3Location.parse(container["ModelDataUrl"])
        etag = sagemaker.objects.etag(bucket=place.bucket, key=place.key)
    except (ValueError, ObjectNotFound, BucketNotFound, ObjectDenied):
        return container
    return {**container, "ModelDataETag": etag}
