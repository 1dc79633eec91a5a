"""Between S3 and a job's folder: inputs by prefix, outputs in a fixed order. Failures read as SageMaker's ClientError.

So does a refusal of the role's: "Data download failed:Unable to download object s3://... (AccessDenied: Access Denied)" is the
FailureReason quoted in https://github.com/aws/amazon-sagemaker-examples/issues/4384; here S3's own sentence names the role.
"""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from sandbox.containers.archive import files_of
from sandbox.containers.job import JobError, Request, Unsupported
from sandbox.containers.manifest import MalformedManifest, read_manifest
from sandbox.containers.members import ArchiveRefused, safe_path
from sandbox.containers.objects import BucketNotFound, ObjectDenied, ObjectNotFound, ObjectStore, S3Location

_LONGEST_MESSAGE = 4096  # bytes: four times what is shown
_SUPPORTED = {
    "S3DataType": ("S3Prefix", "ManifestFile"),
    "S3InputMode": ("File",),
    "S3DataDistributionType": ("FullyReplicated", "ShardedByS3Key"),  # the same thing on the one instance there is
    "S3CompressionType": ("None",),
    "S3UploadMode": ("EndOfJob", "Continuous"),  # both are uploaded at the end
}


def download_failed(why: str) -> JobError:
    return JobError(f"ClientError: Data download failed: {why}")


def upload_failed(why: str) -> JobError:
    return JobError(f"ClientError: Data upload failed: {why}")


def _denied(verb: str, place: S3Location, error: ObjectDenied) -> str:
    return f"Unable to {verb} {place} (AccessDenied: {error})"


def check_modes(source: Request, *, where: str) -> None:
    """Refuse by name what only AWS can do with an S3 input or output."""
    for member, supported in _SUPPORTED.items():
        value = source.get(member, supported[0])
        if value not in supported:
            raise Unsupported(f"{where}: {member} {value}", supported=f"use {' or '.join(supported)}")


def locate(uri: str) -> S3Location:
    try:
        return S3Location.parse(uri)
    except ValueError as error:
        raise JobError(f"ClientError: {error}") from error


def relative_names(prefix: str, keys: list[str]) -> Iterator[tuple[str, str]]:
    """Each key with the name it gets below the input's folder.

    S3Prefix is a prefix, not a folder (API S3DataSource): `s3://bucket/data` takes `data/a.csv` and `data2/b.csv`.
    A key that is the prefix itself lands under its base name.
    """
    parent = prefix[: prefix.rfind("/") + 1]
    folder = prefix if prefix.endswith("/") or not prefix else f"{prefix}/"
    for key in keys:
        yield key, key.removeprefix(folder if key.startswith(folder) else parent)


def list_inputs(objects: ObjectStore, source: Request) -> list[tuple[S3Location, str]]:
    """The objects of an S3 input with their names below its folder. Raises JobError if there are none, or one leads outside."""
    listed = _listed_in_manifest if source.get("S3DataType") == "ManifestFile" else _listed_under_prefix
    for place, name in (named := listed(objects, source["S3Uri"])):
        if safe_path(name.lstrip("/")) is None:
            raise download_failed(f"the key {place.key!r} does not name a file inside the input's folder")
    return named


def _listed_under_prefix(objects: ObjectStore, uri: str) -> list[tuple[S3Location, str]]:
    """Where nothing is there, a job that has begun fails with "S3 key: s3://... matched no files on s3", as people tell of
    processing steps and of transform jobs."""
    source = locate(uri)
    try:
        keys = objects.list(bucket=source.bucket, prefix=source.key)
    except BucketNotFound as error:
        raise download_failed(f"the bucket {source.bucket} of {uri} does not exist") from error
    except ObjectDenied as error:
        raise download_failed(_denied("list objects under", source, error)) from error
    if not keys:
        raise download_failed(f"S3 key: {uri} matched no files on s3")
    return [(S3Location(source.bucket, key), name) for key, name in relative_names(source.key, keys)]


def _listed_in_manifest(objects: ObjectStore, uri: str) -> list[tuple[S3Location, str]]:
    try:
        return read_manifest(fetch(objects=objects, uri=uri))
    except MalformedManifest as error:
        raise download_failed(f"{uri}: {error}") from error


def download(*, objects: ObjectStore, source: Request, folder: Path) -> None:
    """Every object of an S3 input, below the folder. Keys that end with / are folders."""
    for place, name in list_inputs(objects, source):
        target = folder / PurePosixPath(name.lstrip("/"))
        try:
            if place.key.endswith("/"):
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(objects.get(bucket=place.bucket, key=place.key))
        except ObjectDenied as error:
            raise download_failed(_denied("download object", place, error)) from error
        except (
            ObjectNotFound,
            BucketNotFound,
            OSError,
        ) as error:  # gone since it was listed; or S3 has both `a` and `a/b`
            raise download_failed(f"{place}: {error}") from error


def fetch(*, objects: ObjectStore, uri: str) -> bytes:
    """One object. Raises JobError if it is not there."""
    source = locate(uri)
    try:
        return objects.get(bucket=source.bucket, key=source.key)
    except (ObjectNotFound, BucketNotFound) as error:
        raise JobError(f"ClientError: Could not find the object {uri}") from error
    except ObjectDenied as error:
        raise download_failed(_denied("download object", source, error)) from error


def upload(
    *,
    objects: ObjectStore,
    folder: Path,
    uri: str,
    kms_key: str | None,
    read: Callable[[Path], bytes] = Path.read_bytes,
) -> None:
    """Every file below the folder, in the order of names. Links are not followed, as in SageMaker Processing."""
    try:
        files = files_of(folder) if folder.is_dir() else []
    except ArchiveRefused as error:
        raise upload_failed(str(error)) from error
    for path in files:
        place = locate(uri).child(path.relative_to(folder).as_posix())
        put(objects=objects, uri=str(place), body=read(path), kms_key=kms_key)


def put(*, objects: ObjectStore, uri: str, body: bytes, kms_key: str | None) -> None:
    target = locate(uri)
    try:
        objects.put(bucket=target.bucket, key=target.key, body=body, kms_key=kms_key)
    except BucketNotFound as error:
        raise JobError(
            f"ClientError: Data upload failed: the bucket {target.bucket} of {uri} does not exist"
        ) from error
    except ObjectDenied as error:
        raise upload_failed(_denied("upload object", target, error)) from error


def read_message(path: Path, *, errors: str) -> str:
    """What a container left in a message file, at most 4 KB. A link is not read: the job could point it anywhere."""
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as file:
        start = file.read(_LONGEST_MESSAGE)
    return getincrementaldecoder("utf-8")(errors).decode(start, final=len(start) < _LONGEST_MESSAGE)
