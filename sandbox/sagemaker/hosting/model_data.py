"""CreateModel's look at the model's data: is it there, and may the execution role read it?

The two sentences are AWS's own, as quoted in https://github.com/philschmid/llm-sagemaker-sample/issues/2 and
https://github.com/aws/sagemaker-python-sdk/issues/608.
"""

from __future__ import annotations

from sandbox.containers.objects import BucketNotFound, ObjectDenied, ObjectNotFound, S3Location
from sandbox.errors import ValidationError
from sandbox.identity import AccessDenied
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document


def check_access(sagemaker: SageMaker, request: Document, container: Document, *, model: str) -> None:
    """Raises ValidationError. A model without data, or without a role, has nothing to look at."""
    uri, role = data_of(container), request.get("ExecutionRoleArn")
    if uri is None or role is None:
        return
    try:
        place = S3Location.parse(uri)
        sagemaker.work_as(role, source_arn=model).objects.check(bucket=place.bucket, key=place.key)
    except ValueError as error:
        raise ValidationError(f"Invalid model data URL: {error}") from error
    except (ObjectNotFound, BucketNotFound) as error:
        raise ValidationError(f"Could not find model data at {uri}.") from error
    except (ObjectDenied, AccessDenied) as error:
        raise ValidationError(
            f'Could not access model data at {uri}. Please ensure that the role "{role}" exists and that its trust relationship'
            f' policy allows the action "sts:AssumeRole" for the service principal "sagemaker.amazonaws.com". Also ensure that'
            f' the role has "s3:GetObject" permissions and that the object is located in {sagemaker.settings.region}. {error}'
        ) from error


def data_of(container: Document) -> str | None:
    """Where the one object with the artifact is, if there is one."""
    source = container.get("ModelDataSource", {}).get("S3DataSource", {})
    uri: str | None = container.get("ModelDataUrl")
    return source.get("S3Uri") if source.get("S3DataType") == "S3Object" else uri
