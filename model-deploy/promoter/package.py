"""What the promoter knows of a model package."""

from dataclasses import dataclass
from typing import Final

APPROVED: Final = "Approved"


@dataclass(frozen=True)
class ModelPackage:
    """What DescribeModelPackage says, as far as deploying needs it; `model_sha256` is None if nobody recorded one."""

    arn: str
    group: str
    approval: str
    artifact_uri: str
    model_sha256: str | None
