"""Second stage: the last look before anything is written. Only an approved package with the registered model passes."""

from promoter.errors import PackageRefusedError
from promoter.package import APPROVED, ModelPackage


def verify_approval(package: ModelPackage, *, group: str) -> None:
    if package.group != group:
        raise PackageRefusedError(
            f"{package.arn}: belongs to model package group {package.group}, not {group}. "
            "Name a version of that group, or change SOURCE_MODEL_PACKAGE_GROUP_NAME."
        )
    if package.approval != APPROVED:
        raise PackageRefusedError(
            f"{package.arn}: its approval status is {package.approval}, not {APPROVED}: not deployed. "
            "Approve this version in the model registry, or name one that is approved."
        )


def verify_is_last(arn: str, *, last: str | None) -> None:
    """A person may have taken days over a version, and another one was decided on since."""
    if last is None:
        return  # none is approved, so neither is this one: `verify_approval` tells its status
    if arn != last:
        raise PackageRefusedError(
            f"{arn}: superseded by {last.rpartition('/')[2]}: not deployed. {last} was approved last and goes this way in an "
            "execution of its own; approve this version again if it is to be live."
        )


def verify_digest(package: ModelPackage, *, model_sha256: str) -> str:
    """The digest of the model inside the artifact, once it is known to be the one recorded at registration."""
    if package.model_sha256 is None:
        raise PackageRefusedError(
            f"{package.arn}: has no ModelSha256 in its CustomerMetadataProperties, so nothing proves which model was "
            "approved. Register it through the model-build pipeline, which records the digest."
        )
    if package.model_sha256 != model_sha256:
        raise PackageRefusedError(
            f"{package.arn}: model.json in {package.artifact_uri} has the digest {model_sha256}, "
            f"but {package.model_sha256} was registered. The artifact was changed after registration: train anew."
        )
    return model_sha256
