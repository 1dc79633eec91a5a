"""Model package groups: the registry's drawers (CreateModelPackageGroup and its siblings)."""

from __future__ import annotations

from sandbox.errors import ConflictError, ValidationError
from sandbox.sagemaker import tags
from sandbox.sagemaker.listing import Listing
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

KIND = "model-package-group"
_LISTING = Listing(
    answer="ModelPackageGroupSummaryList",
    name="ModelPackageGroupName",
    summary=(
        *("ModelPackageGroupName", "ModelPackageGroupArn", "ModelPackageGroupDescription", "CreationTime"),
        *("ModelPackageGroupStatus", "ManagedConfiguration"),
    ),
    descending=False,
)


def create_model_package_group(sagemaker: SageMaker, request: Document) -> Document:
    name = request["ModelPackageGroupName"]
    arn = sagemaker.arn(f"{KIND}/{name}")
    with sagemaker.store.transaction():
        if sagemaker.store.get(KIND, name):
            raise ValidationError(f"Model Package Group already exists: {arn}")
        group = {
            **{member: value for member, value in request.items() if member != "Tags"},
            "ModelPackageGroupArn": arn,
            "CreationTime": sagemaker.now(),
            "CreatedBy": sagemaker.user(),
            "ModelPackageGroupStatus": "Completed",
            "_versions": 0,
        }
        sagemaker.store.put(KIND, name, group)
        tags.put(sagemaker, arn, request.get("Tags", []))
    return group


def named(sagemaker: SageMaker, name_or_arn: str) -> Document:
    name = name_or_arn.rpartition("/")[2]
    group = sagemaker.store.get(KIND, name)
    if group is None:
        raise ValidationError(f"ModelPackageGroup {sagemaker.arn(f'{KIND}/{name}')} does not exist.")
    return group


def describe_model_package_group(sagemaker: SageMaker, request: Document) -> Document:
    return named(sagemaker, request["ModelPackageGroupName"])


def list_model_package_groups(sagemaker: SageMaker, request: Document) -> Document:
    return _LISTING.of(sagemaker.store.all(KIND), request)


def delete_model_package_group(sagemaker: SageMaker, request: Document) -> Document:
    with sagemaker.store.transaction():
        group = named(sagemaker, request["ModelPackageGroupName"])
        name = group["ModelPackageGroupName"]
        if sagemaker.store.all("model-package", parent=name):
            raise ConflictError(
                f"Model Package Group cannot be deleted as it still contains Model Packages: {group['ModelPackageGroupArn']}"
            )
        sagemaker.store.delete(KIND, name)
        tags.forget(sagemaker, group["ModelPackageGroupArn"])
    return {}


OPERATIONS = {
    "CreateModelPackageGroup": create_model_package_group,
    "DescribeModelPackageGroup": describe_model_package_group,
    "ListModelPackageGroups": list_model_package_groups,
    "DeleteModelPackageGroup": delete_model_package_group,
}
