"""Edge: alone in importing boto3. Lists objects, reads a manifest, and asks the registry for its newest version."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .answer import UNKNOWN, Registered
from .listing import Object
from .refusal import DataRefused

_LOG = logging.getLogger(__name__)
_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 5})
_DATA_VERSION = "DataVersion"  # among the metadata of a version
Answer = Mapping[str, Any]


class S3(Protocol):
    """The operations of S3 that are called here."""

    def list_objects_v2(self, **request: object) -> Answer: ...
    def get_object(self, **request: object) -> Answer: ...


class SageMaker(Protocol):
    """The operations of SageMaker that are called here."""

    def list_model_packages(self, **request: object) -> Answer: ...
    def describe_model_package(self, **request: object) -> Answer: ...


@dataclass(frozen=True)
class Clients:
    """The two services."""

    s3: S3
    sagemaker: SageMaker


def connect() -> Clients:
    return Clients(
        s3=cast("S3", boto3.client("s3", config=_CONFIG)),
        sagemaker=cast("SageMaker", boto3.client("sagemaker", config=_CONFIG)),
    )


def objects_under(s3: S3, uri: str) -> list[Object]:
    try:
        return list(_listed(s3, uri))
    except ClientError as error:
        said = error.response.get("Error", {})
        raise DataRefused(f"{uri} cannot be listed: {said.get('Code')}: {said.get('Message')}") from error


def _listed(s3: S3, uri: str) -> Iterator[Object]:
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    request: dict[str, object] = {"Bucket": bucket, "Prefix": prefix}
    while True:
        page = s3.list_objects_v2(**request)
        yield from (Object(each["Key"], each["ETag"], each["Size"]) for each in page.get("Contents", []))
        if not page.get("IsTruncated"):
            return
        request["ContinuationToken"] = page["NextContinuationToken"]


def content_of(s3: S3, uri: str) -> bytes:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    try:
        return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except ClientError as error:
        said = error.response.get("Error", {})
        raise DataRefused(f"The manifest {uri} cannot be read: {said.get('Code')}: {said.get('Message')}") from error


def newest_version(sagemaker: SageMaker, group: str) -> Registered | None:
    """Of whatever status. Only words depend on it, so that a refusal is logged and left at that."""
    try:
        listed = sagemaker.list_model_packages(
            ModelPackageGroupName=group, SortBy="CreationTime", SortOrder="Descending", MaxResults=1
        )
        for summary in listed["ModelPackageSummaryList"]:
            found = sagemaker.describe_model_package(ModelPackageName=summary["ModelPackageArn"])
            told = found.get("CustomerMetadataProperties", {}).get(_DATA_VERSION)
            return Registered(found["ModelPackageVersion"], told or "")
    except (ClientError, BotoCoreError) as error:
        _LOG.warning("Whether the data has changed is not known: %s", error)
        return UNKNOWN
    return None
