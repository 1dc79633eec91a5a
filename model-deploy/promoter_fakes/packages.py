"""Model packages as DescribeModelPackage tells them."""

from promoter_fakes.archives import MODEL_SHA256

Document = dict[str, object]
GROUP = "abalone"
BUCKET = "artifacts"
FUNCTION = "demo-reconciler"


def package_arn(version: int, *, group: str = GROUP) -> str:
    return f"arn:aws:sagemaker:eu-west-1:111122223333:model-package/{group}/{version}"


def package(version: int = 1, *, approval: str = "Approved", sha256: str | None = MODEL_SHA256) -> Document:
    """What DescribeModelPackage answers; the later version is the later one in time."""
    return {
        "ModelPackageArn": package_arn(version),
        "ModelPackageGroupName": GROUP,
        "ModelPackageVersion": version,
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": []},
        "ModelApprovalStatus": approval,
        "CreationTime": 1_700_000_000 + version,
        "CustomerMetadataProperties": {} if sha256 is None else {"ModelSha256": sha256},
        "InferenceSpecification": {
            "Containers": [{"Image": "image", "ModelDataUrl": f"s3://{BUCKET}/{version}/model.tar.gz"}]
        },
    }
