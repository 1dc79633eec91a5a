"""Edge: alone in importing boto3 and botocore. Clients, the names AWS accepts, and AWS's errors as sentences."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.loaders import Loader

from promoter.errors import AwsCallError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

# InvokeEndpoint gives the container 60 seconds; a little more lets its own answer arrive first.
_CLIENT_CONFIG = Config(connect_timeout=5, read_timeout=65, retries={"mode": "standard", "total_max_attempts": 4})
# The function looks at every approved version and may take its two minutes; asking it twice at once gains nothing.
_FUNCTION_CONFIG = Config(connect_timeout=5, read_timeout=130, retries={"mode": "standard", "total_max_attempts": 2})


class Functions(Protocol):
    """The operation of Lambda that is called here."""

    def invoke(self, *, FunctionName: str, Payload: bytes) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class AwsClients:
    """The services that a promotion talks to; those that not every one needs are made ready when they are needed."""

    session: boto3.session.Session
    sagemaker: "SageMakerClient"

    @cached_property
    def runtime(self) -> "SageMakerRuntimeClient":
        return self.session.client("sagemaker-runtime", config=_CLIENT_CONFIG)

    @cached_property
    def s3(self) -> "S3Client":
        return self.session.client("s3", config=_CLIENT_CONFIG)

    @cached_property
    def functions(self) -> Functions:
        return cast("Functions", self.session.client("lambda", config=_FUNCTION_CONFIG))


def connect() -> AwsClients:
    """Clients for the region that CodeBuild names AWS_REGION (boto3 itself reads AWS_DEFAULT_REGION only)."""
    with sentences_for("Connecting to AWS"):
        session = boto3.session.Session(region_name=os.environ.get("AWS_REGION") or None)
        return AwsClients(session, session.client("sagemaker", config=_CLIENT_CONFIG))


def endpoint_instance_types() -> frozenset[str]:
    """What CreateEndpointConfig takes as InstanceType, read from the service model (no call, no credentials)."""
    model = Loader().load_service_model("sagemaker", "service-2")
    return frozenset(model["shapes"]["ProductionVariantInstanceType"]["enum"])


@contextmanager
def sentences_for(doing: str) -> Iterator[None]:
    """Tell what AWS refused while `doing` as one sentence instead of a traceback."""
    try:
        yield
    except ClientError as error:
        detail = error.response.get("Error", {})
        raise AwsCallError(f"{doing}: {detail.get('Message', error)} ({detail.get('Code', 'no code')})") from error
    except BotoCoreError as error:
        raise AwsCallError(f"{doing}: {error}") from error
