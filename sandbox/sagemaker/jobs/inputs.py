"""What CreateTrainingJob and CreateTransformJob look at before they accept a job: whether anything is there to read.

The sentence is that of https://github.com/aws/amazon-sagemaker-examples/issues/2414 (a transform job) and 2489 (a training job).
CreateProcessingJob accepts the job, which then fails.
"""

from __future__ import annotations

from sandbox.containers.objects import BucketNotFound, ObjectDenied, S3Location
from sandbox.errors import ValidationError
from sandbox.sagemaker.role_at_work import RoleAtWork
from sandbox.store import Document

_NEEDED = ("LocalPath", "S3InputMode")


def check_input(role: RoleAtWork, uri: str, *, region: str) -> None:
    """Raises ValidationError where the role sees no object under the prefix."""
    try:
        place = S3Location.parse(uri)
    except ValueError as error:
        raise ValidationError(str(error)) from error
    said = ""
    try:
        if role.objects.list(bucket=place.bucket, prefix=place.key):
            return
    except BucketNotFound:
        said = " Error message from S3: The specified bucket does not exist"
    except ObjectDenied as error:
        said = f" Error message from S3: {error}"
    raise ValidationError(
        f'No S3 objects found under S3 URL "{uri}" given in input data source. Please ensure that the bucket exists in the'
        f' selected region ({region}), that objects exist under that S3 prefix, and that the role "{role.arn}" has'
        f' "s3:ListBucket" permissions on bucket "{place.bucket}".{said}'
    )


def check_managed(request: Document) -> None:
    """Of an input that SageMaker itself downloads, CreateProcessingJob needs two members that its service model leaves optional:
    https://github.com/aws/sagemaker-python-sdk/issues/2578, whose sentence this is (with a third member, which the API had then).
    """
    for item in request.get("ProcessingInputs", []):
        source = item.get("S3Input")
        if source is not None and not item.get("AppManaged") and any(name not in source for name in _NEEDED):
            needed = ", ".join(f'"{name}"' for name in _NEEDED)
            raise ValidationError(
                f"Input {item['InputName']} missing one or more required fields for SageMaker-managed S3Input: {needed}"
            )
