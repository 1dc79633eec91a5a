"""What the promoter knows of a model package: the line that a listing gives, and the whole that a description gives."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

APPROVED: Final = "Approved"


@dataclass(frozen=True)
class PackageSummary:
    """One line of ListModelPackages."""

    arn: str
    version: int
    created: datetime
    approval: str


@dataclass(frozen=True)
class ModelPackage:
    """What DescribeModelPackage says, as far as deploying needs it; `model_sha256` is None if nobody recorded one."""

    arn: str
    group: str
    approval: str
    artifact_uri: str
    model_sha256: str | None
