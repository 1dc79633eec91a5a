"""boto3's clients for one sandbox. Endpoint, keys and region are handed over, never looked up in the user's setup."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from sandbox.demo.failure import DemoFailure
from sandbox.demo.layout import Layout
from sandbox.root_key import AccessKey
from sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3})


@dataclass(frozen=True)
class Clients:
    """The services that the demo calls, all as one caller. The services without stubs answer in plain dictionaries."""

    s3: S3Client
    cloudformation: CloudFormationClient
    sagemaker: SageMakerClient
    runtime: SageMakerRuntimeClient
    logs: CloudWatchLogsClient
    codepipeline: Any
    codebuild: Any
    codecommit: Any
    scheduler: Any
    lambda_: Any
    iam: Any


def isolate() -> None:
    """From here on this process, and what it starts, knows nothing of the user's own AWS: no variable and no file."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)


def connect(settings: SandboxSettings, caller: AccessKey | None = None) -> Clients:
    """As the account's root, unless another caller is named."""
    key = caller or settings.root_key
    session: Any = boto3.session.Session(
        aws_access_key_id=key.id, aws_secret_access_key=key.secret, region_name=settings.region
    )

    def client(service: str) -> Any:
        return session.client(service, endpoint_url=settings.endpoint_url, config=_CONFIG)

    return Clients(
        s3=client("s3"),
        cloudformation=client("cloudformation"),
        sagemaker=client("sagemaker"),
        runtime=client("sagemaker-runtime"),
        logs=client("logs"),
        codepipeline=client("codepipeline"),
        codebuild=client("codebuild"),
        codecommit=client("codecommit"),
        scheduler=client("scheduler"),
        lambda_=client("lambda"),
        iam=client("iam"),
    )


@contextmanager
def refusals(where: str, layout: Layout) -> Iterator[None]:
    """What AWS refuses inside, told as the demo's failure at `where`."""
    try:
        yield
    except ClientError as error:
        known = error.response.get("Error", {})
        reason = f"{error.operation_name} was refused: {known.get('Message', error)} ({known.get('Code', 'no code')})"
        raise DemoFailure(where, reason, log=layout.sandbox_log) from error
    except (BotoCoreError, WaiterError) as error:
        raise DemoFailure(where, str(error), log=layout.sandbox_log) from error
