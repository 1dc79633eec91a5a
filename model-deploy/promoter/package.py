"""What the promoter knows of a model package."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

APPROVED: Final = "Approved"


@dataclass(frozen=True)
class ModelPackage:
    """What DescribeModelPackage says, as far as deploying needs it."""

    arn: str
    group: str
    approval: str
    artifact_uri: str
    artifact_etag: str | None
    """of the artifact in S3 when the version was registered; None where SageMaker does not tell it"""
    metadata: Mapping[str, str]
    """CustomerMetadataProperties, the digests of registration among them"""
