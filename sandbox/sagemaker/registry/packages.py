"""Model packages: the versions in the registry, and their approval.

A `ClientToken` makes CreateModelPackage idempotent ("A unique token that guarantees that the call to this API is idempotent"): the
same token gives the version that the first call made.
"""

from __future__ import annotations

from sandbox.errors import ConflictError, ValidationError
from sandbox.sagemaker import tags
from sandbox.sagemaker.events.registry import UPDATED
from sandbox.sagemaker.listing import Listing
from sandbox.sagemaker.registry import groups
from sandbox.sagemaker.registry.artifacts import with_etags
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

KIND = "model-package"
_LISTING = Listing(
    answer="ModelPackageSummaryList",
    name="ModelPackageName",
    summary=(
        *("ModelPackageName", "ModelPackageGroupName", "ModelPackageVersion", "ModelPackageArn"),
        *("ModelPackageDescription", "CreationTime", "ModelPackageStatus", "ModelApprovalStatus", "ModelLifeCycle"),
        "ModelPackageRegistrationType",
    ),
    then_by=("_number", "ModelPackageArn"),
    descending=False,
)
_NOT_KEPT = {"Tags", "ClientToken"}


def create_model_package(sagemaker: SageMaker, request: Document) -> Document:
    if "ModelPackageGroupName" in request and "ModelPackageName" in request:
        raise ValidationError(
            "Both ModelPackageName and ModelPackageGroupName are provided in the input. Cannot determine which one to use."
        )
    if "ModelPackageGroupName" in request and request.get(
        "Tags"
    ):  # "you cannot supply a tag argument" (API_CreateModelPackage)
        raise ValidationError("Tags cannot be given with ModelPackageGroupName: a version has the tags of its group.")
    noted = with_etags(sagemaker, request)  # asks S3, so before anybody waits for the transaction
    with sagemaker.store.transaction():
        if earlier := _made_with(sagemaker, request):
            return earlier
        identity = (
            _version(sagemaker, request) if "ModelPackageGroupName" in request else _unversioned(sagemaker, request)
        )
        package = {
            **{member: value for member, value in request.items() if member not in _NOT_KEPT},
            **noted,
            **identity,
            "CreationTime": sagemaker.now(),
            "CreatedBy": sagemaker.user(),
            "ModelPackageStatus": "Completed",
            "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
            "_token": request.get("ClientToken"),
            "_number": identity.get("ModelPackageVersion", 0),
        }
        arn = package["ModelPackageArn"]
        sagemaker.store.put(KIND, arn, package, parent=package.get("ModelPackageGroupName", ""))
        tags.put(sagemaker, arn, request.get("Tags", []))
    return package


def _made_with(sagemaker: SageMaker, request: Document) -> Document | None:
    token = request.get("ClientToken")
    group = request.get("ModelPackageGroupName", "").rpartition("/")[2]
    rows = sagemaker.store.all(KIND, parent=group) if token else []
    return next((row for row in rows if row["_token"] == token), None)


def _version(sagemaker: SageMaker, request: Document) -> Document:
    group = groups.named(sagemaker, request["ModelPackageGroupName"])
    name, number = group["ModelPackageGroupName"], group["_versions"] + 1
    sagemaker.store.update(groups.KIND, name, {"_versions": number})  # a deleted version's number is not given again
    return {
        "ModelPackageName": name,
        "ModelPackageGroupName": name,
        "ModelPackageVersion": number,
        "ModelPackageArn": sagemaker.arn(f"{KIND}/{name}/{number}"),
        "ModelApprovalStatus": request.get("ModelApprovalStatus", "PendingManualApproval"),
    }


def _unversioned(sagemaker: SageMaker, request: Document) -> Document:
    if "ModelPackageName" not in request:
        raise ValidationError(
            "Missing ARN."
        )  # AWS's whole sentence (getmoto/moto PR 7165, which also has the one above)
    arn = sagemaker.arn(f"{KIND}/{request['ModelPackageName']}")
    if sagemaker.store.get(KIND, arn):
        raise ValidationError(f"Model Package already exists: {arn}")
    return {"ModelPackageArn": arn}


def named(sagemaker: SageMaker, name_or_arn: str) -> Document:
    """The API takes an ARN, or an unversioned package's name."""
    arn = name_or_arn if name_or_arn.startswith("arn:") else sagemaker.arn(f"{KIND}/{name_or_arn}")
    package = sagemaker.store.get(KIND, arn)
    if package is None:
        raise ValidationError(f"ModelPackage {arn} does not exist.")
    return package


def describe_model_package(sagemaker: SageMaker, request: Document) -> Document:
    return _shown(named(sagemaker, request["ModelPackageName"]))


def _shown(package: Document) -> Document:
    """A version has no ModelPackageName, in neither answer (developer guide, "View the Details of a Model Version"), though the
    service model calls it required: the SDK's `ModelPackage.get_all` goes on with the ARN then."""
    return {k: v for k, v in package.items() if k != "ModelPackageName" or "ModelPackageVersion" not in package}


def update_model_package(sagemaker: SageMaker, request: Document) -> Document:
    noted = with_etags(sagemaker, request)
    with sagemaker.store.transaction():
        package = named(sagemaker, request["ModelPackageArn"])
        kept = {"ApprovalDescription", "ModelApprovalStatus", "InferenceSpecification", "SourceUri", "ModelCard"}
        kept |= {"ModelLifeCycle", "ModelPackageRegistrationType"}
        changes = {member: request[member] for member in kept & request.keys()} | noted
        metadata = package.get("CustomerMetadataProperties", {}) | request.get("CustomerMetadataProperties", {})
        for key in request.get("CustomerMetadataPropertiesToRemove", []):
            metadata.pop(key, None)
        if metadata:
            changes["CustomerMetadataProperties"] = metadata
        if added := request.get("AdditionalInferenceSpecificationsToAdd"):
            changes["AdditionalInferenceSpecifications"] = package.get("AdditionalInferenceSpecifications", []) + added
        changes[UPDATED] = sorted(changes)
        changes |= {"LastModifiedTime": sagemaker.now(), "LastModifiedBy": sagemaker.user()}
        return sagemaker.store.update(KIND, package["ModelPackageArn"], changes)


def delete_model_package(sagemaker: SageMaker, request: Document) -> Document:
    with sagemaker.store.transaction():
        package = named(sagemaker, request["ModelPackageName"])
        if package["ModelPackageStatus"] in ("Pending", "InProgress"):
            raise ConflictError(f"{package['ModelPackageArn']} is being created.")
        sagemaker.store.delete(KIND, package["ModelPackageArn"])
        tags.forget(sagemaker, package["ModelPackageArn"])
    return {}


def list_model_packages(sagemaker: SageMaker, request: Document) -> Document:
    """Ascending by creation, as the API reference says: a client that wants the newest must ask for it."""
    group = request.get("ModelPackageGroupName")
    rows = sagemaker.store.all(KIND, parent=groups.named(sagemaker, group)["ModelPackageGroupName"] if group else None)
    kind = request.get("ModelPackageType", "Versioned" if group else "Unversioned")
    rows = [row for row in rows if kind == "Both" or (kind == "Versioned") == ("ModelPackageVersion" in row)]
    if status := request.get("ModelApprovalStatus"):
        rows = [row for row in rows if row.get("ModelApprovalStatus") == status]
    listed = _LISTING.of(rows, request)
    return {**listed, _LISTING.answer: [_shown(row) for row in listed[_LISTING.answer]]}


OPERATIONS = {
    "CreateModelPackage": create_model_package,
    "DescribeModelPackage": describe_model_package,
    "UpdateModelPackage": update_model_package,
    "DeleteModelPackage": delete_model_package,
    "ListModelPackages": list_model_packages,
}
