"""Model packages as DescribeModelPackage tells them."""

import hashlib
from collections.abc import Mapping

from promoter_fakes.archives import digests, good_archive

Document = dict[str, object]
GROUP = "abalone"
BUCKET = "artifacts"
FUNCTION = "demo-reconciler"


def package_arn(version: int, *, group: str = GROUP) -> str:
    return f"arn:aws:sagemaker:eu-west-1:111122223333:model-package/{group}/{version}"


def sealed_key(archive: bytes) -> str:
    return f"models/{hashlib.sha256(archive).hexdigest()}/model.tar.gz"


def sealed(archive: bytes) -> dict[str, bytes]:
    """The archive where the model-build pipeline seals it, as objects of the local AWS."""
    return {f"/{BUCKET}/{sealed_key(archive)}": archive}


NOTHING: Mapping[str, str | None] = {}


def package(
    version: int = 1,
    *,
    approval: str = "Approved",
    archive: bytes | None = None,
    changed: Mapping[str, str | None] = NOTHING,
) -> Document:
    """What DescribeModelPackage answers; the later version is the later one in time. `changed` is metadata, None for without."""
    archive = good_archive() if archive is None else archive
    metadata = {name: value for name, value in {**digests(archive), **changed}.items() if value is not None}
    return {
        "ModelPackageArn": package_arn(version),
        "ModelPackageGroupName": GROUP,
        "ModelPackageVersion": version,
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": []},
        "ModelApprovalStatus": approval,
        "CreationTime": 1_700_000_000 + version,
        "CustomerMetadataProperties": metadata,
        "InferenceSpecification": {
            "Containers": [{"Image": "image", "ModelDataUrl": f"s3://{BUCKET}/{sealed_key(archive)}"}]
        },
    }
