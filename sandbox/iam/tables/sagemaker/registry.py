"""The model registry: groups and versions."""

from __future__ import annotations

from sandbox.iam.asks import Asks, Resource, on
from sandbox.iam.tables.sagemaker.tagging import TAGS


def _versions(group: str) -> str:
    """A group's name or ARN as its versions, of which the request names none."""
    return f"{group.replace(':model-package-group/', ':model-package/')}/*"


_GROUP = Resource("model-package-group", ("ModelPackageGroupName",))
_VERSIONS = Resource("model-package", ("ModelPackageGroupName",), _versions)
_VERSION = on("model-package", "ModelPackageName")
_APPROVAL = {
    "sagemaker:ModelApprovalStatus": "ModelApprovalStatus",
    "sagemaker:ModelLifeCycle:Stage": "ModelLifeCycle.Stage",
    "sagemaker:ModelLifeCycle:StageStatus": "ModelLifeCycle.StageStatus",
}

REGISTRY = {
    "CreateModelPackage": Asks(
        # A version is asked about as one of its group's: its number is not known yet.
        on=(_VERSIONS, Resource("model-package", ("ModelPackageName",))),
        also=(("CreateModelPackage", _GROUP),),
        keys=_APPROVAL,
        tagging=TAGS,
        passes=("ValidationSpecification.ValidationRole",),
    ),
    "UpdateModelPackage": Asks(
        on=on("model-package", "ModelPackageArn"),
        keys={
            **_APPROVAL,
            "sagemaker:CustomerMetadataPropertiesToRemove": "CustomerMetadataPropertiesToRemove",
        },
    ),
    "DescribeModelPackage": Asks(on=_VERSION),
    "DeleteModelPackage": Asks(on=_VERSION),
    "ListModelPackages": Asks(on=(_VERSIONS,), also=(("ListModelPackages", _GROUP),)),
    "CreateModelPackageGroup": Asks(on=on("model-package-group", "ModelPackageGroupName"), tagging=TAGS),
    "ListModelPackageGroups": Asks(),
    **{
        f"{verb}ModelPackageGroup{what}": Asks(on=on("model-package-group", "ModelPackageGroupName"))
        for verb, what in (("Describe", ""), ("Delete", ""), ("Get", "Policy"), ("Put", "Policy"), ("Delete", "Policy"))
    },
}
