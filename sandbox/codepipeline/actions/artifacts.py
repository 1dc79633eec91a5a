"""Artifacts in the pipeline's bucket, read and written by the action's role (user guide, "Input and output artifacts")."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from sandbox import zips
from sandbox.codepipeline.actions.contract import ActionFailed, Work
from sandbox.containers.members import ArchiveRefused
from sandbox.containers.objects import S3Location

_OUT_OF_REACH = (
    "AccessDenied",
    "NoSuchKey",
    "404",
    "403",
)  # S3 says the one or the other, by whether the role may list
# Of one file that an action reads for itself: a template, a configuration.
_LIMITS = replace(zips.LIMITS, file_bytes=16 * 1024 * 1024)


def write(work: Work, place: S3Location, body: bytes, content_type: str = "application/zip") -> None:
    """Encrypted by the store's key, or else by S3's own (user guide, "Configure server-side encryption")."""
    encryption: dict[str, Any] = {"ServerSideEncryption": "aws:kms"}
    if work.encryption_key:
        encryption["SSEKMSKeyId"] = work.encryption_key
    s3 = work.actor.client("s3")
    s3.put_object(Bucket=place.bucket, Key=place.key, Body=body, ContentType=content_type, **encryption)


def read(work: Work, name: str) -> bytes:
    if name not in work.inputs:
        raise ActionFailed(
            f"The action's configuration names the artifact {name}, which is not one of its input artifacts",
            code="ConfigurationError",
        )
    place = work.inputs[name]
    try:
        body: bytes = work.actor.client("s3").get_object(Bucket=place.bucket, Key=place.key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] not in _OUT_OF_REACH:
            raise
        raise ActionFailed(
            f"Unable to access the artifact with Amazon S3 object key '{place.key}' located in the Amazon S3 artifact bucket"
            f" '{place.bucket}'. The provided role does not have sufficient permissions. ({error.response['Error'].get('Message')}:"
            f" did the action that puts out {name} make it?)",
            code="PermissionError",
        ) from error
    return body


def read_file(work: Work, where: str) -> bytes:
    """`where` is written `artifact::file`, as in TemplatePath."""
    name, found, path = where.partition("::")
    if not found or not path:
        raise ActionFailed(f"'{where}' does not have the form ArtifactName::FileName", code="ConfigurationError")
    try:
        return zips.file(read(work, name), path, limits=_LIMITS)
    except KeyError as error:
        raise ActionFailed(f"File [{path}] does not exist in artifact [{name}]", code="ConfigurationError") from error
    except ArchiveRefused as error:
        raise ActionFailed(
            f"Artifact [{name}] is not a zip file: {error}. (A full clone, CODEBUILD_CLONE_REF, only a CodeBuild action can take.)",
            code="ConfigurationError",
        ) from error


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(path), content)
    return packed.getvalue()
