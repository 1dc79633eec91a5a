"""Second stage: the last look before anything is written. Only an approved package with the registered artifact passes."""

import re
from collections.abc import Mapping

from promoter.archive import ARCHIVE, DIGESTS, MODEL_FILE
from promoter.errors import PackageRefusedError
from promoter.package import APPROVED, ModelPackage

_SEALED = re.compile(r"s3://[^/]+/models/([0-9a-f]{64})/model\.tar\.gz")


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


def verify_artifact(package: ModelPackage, *, etag: str, digests: Mapping[str, str]) -> str:
    """The digest of the model inside the artifact, once the artifact is known to be the one recorded at registration.

    All of it: the code that serves the model and the golden rows that test it came out of the same training job as the model.
    """
    missing = [name for name in DIGESTS.values() if not package.metadata.get(name)]
    if missing:
        raise PackageRefusedError(
            f"{package.arn}: has no {', '.join(missing)} in its CustomerMetadataProperties, so nothing proves what was "
            "approved. Register it through the model-build pipeline, which records the digests."
        )
    _expect_sealed(package)
    for file, name in DIGESTS.items():
        if digests[file] != package.metadata[name]:
            raise PackageRefusedError(
                f"{package.arn}: {f'{file} in ' if file else ''}{package.artifact_uri} has the digest {digests[file]}, "
                f"but {package.metadata[name]} was registered as {name}. The artifact was changed after registration: train anew."
            )
    if package.artifact_etag is not None and package.artifact_etag.strip('"') != etag:
        raise PackageRefusedError(
            f"{package.arn}: {package.artifact_uri} has the ETag {etag}, but {package.artifact_etag} was registered as "
            "ModelDataETag. The artifact was written anew after registration: train anew."
        )
    return digests[MODEL_FILE]


def _expect_sealed(package: ModelPackage) -> None:
    """SageMaker fetches the artifact by its key, after this check: only under such a key nobody can write meanwhile."""
    sealed = _SEALED.fullmatch(package.artifact_uri)
    if sealed is None or sealed[1] != package.metadata[DIGESTS[ARCHIVE]]:
        raise PackageRefusedError(
            f"{package.arn}: its artifact {package.artifact_uri} is not models/{package.metadata[DIGESTS[ARCHIVE]]}/model.tar.gz "
            "of a bucket, where the model-build pipeline seals it. Register it through that pipeline: train anew."
        )
