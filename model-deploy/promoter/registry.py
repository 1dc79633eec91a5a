"""Edge: reads the model registry and the artifact behind a model package, into the promoter's own values."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promoter.archive import MAX_COMPRESSED_BYTES, Artifact, read_archive
from promoter.aws import sentences_for
from promoter.errors import ArchiveRefusedError, PackageRefusedError
from promoter.package import ModelPackage

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker.type_defs import (
        DescribeModelPackageOutputTypeDef,
        ModelPackageContainerDefinitionOutputTypeDef,
    )

# DescribeModelPackage also takes bare names; a deployment names exactly one version.
_VERSION_ARN = re.compile(r"arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:[0-9]{12}:model-package/[A-Za-z0-9-]{1,63}/[0-9]{1,9}")
_S3_OBJECT = re.compile(r"s3://([^/]+)/(.+[^/])")


@dataclass(frozen=True)
class StoredArtifact:
    """An artifact, and what S3 calls the state that it was read in."""

    etag: str
    content: Artifact


@dataclass(frozen=True)
class Registry:
    """The model package groups of one account and region, and the bucket their artifacts lie in."""

    sagemaker: "SageMakerClient"
    s3: "S3Client"

    def describe(self, arn: str) -> ModelPackage:
        if not _VERSION_ARN.fullmatch(arn):
            raise PackageRefusedError(
                f"{arn!r} is not the ARN of a model package version "
                "(arn:aws:sagemaker:REGION:ACCOUNT:model-package/GROUP/VERSION)."
            )
        with sentences_for(f"Describing {arn}"):
            described = self.sagemaker.describe_model_package(ModelPackageName=arn)
        container = _only_container(described)
        return ModelPackage(
            arn=described["ModelPackageArn"],
            group=described.get("ModelPackageGroupName", "(none)"),
            approval=described.get("ModelApprovalStatus", "not stated"),
            artifact_uri=_artifact_uri(described["ModelPackageArn"], container),
            artifact_etag=container.get("ModelDataETag"),
            metadata=described.get("CustomerMetadataProperties", {}),
        )

    def read_artifact(self, package: ModelPackage) -> StoredArtifact:
        """The digests and the golden rows of the package's model.tar.gz, streamed: nothing is written to disk."""
        uri = package.artifact_uri
        location = _S3_OBJECT.fullmatch(uri)
        if location is None:
            raise PackageRefusedError(f"{package.arn}: its artifact {uri!r} is not an object in S3.")
        with sentences_for(f"Reading {uri}, the artifact of {package.arn}"):
            found = self.s3.get_object(Bucket=location[1], Key=location[2])
            size = found["ContentLength"]
            if size > MAX_COMPRESSED_BYTES:
                raise ArchiveRefusedError(f"{uri}: has {size} bytes; at most {MAX_COMPRESSED_BYTES} are allowed.")
            try:
                return StoredArtifact(etag=found["ETag"].strip('"'), content=read_archive(found["Body"]))
            except ArchiveRefusedError as error:
                raise ArchiveRefusedError(f"{uri}: {error}") from error


def _only_container(described: "DescribeModelPackageOutputTypeDef") -> "ModelPackageContainerDefinitionOutputTypeDef":
    containers = described.get("InferenceSpecification", {}).get("Containers", [])
    if len(containers) != 1:
        raise PackageRefusedError(
            f"{described['ModelPackageArn']}: has {len(containers)} containers; endpoint.yaml deploys exactly one."
        )
    return containers[0]


def _artifact_uri(arn: str, container: "ModelPackageContainerDefinitionOutputTypeDef") -> str:
    source = container.get("ModelDataSource", {}).get("S3DataSource", {})
    uri = container.get("ModelDataUrl") or source.get("S3Uri")
    if uri is None:
        raise PackageRefusedError(f"{arn}: its container names no model artifact.")
    return uri
