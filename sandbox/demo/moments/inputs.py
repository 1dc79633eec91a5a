"""Data and a batch of rows, uploaded to where the project looks for them; and the data that arrives later."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from sandbox.demo.failure import DemoFailure
from sandbox.demo.layout import REPOSITORY
from sandbox.demo.moments.project import Project

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DATA = REPOSITORY / "data" / "abalone.csv"
BATCH_ROWS = 100
_DIGEST = "sha256"  # of the content, kept as the object's metadata


@dataclass(frozen=True)
class Uploaded:
    """One file of data in the bucket; not `new` where the same content lay there already."""

    uri: str
    rows: int
    new: bool

    @property
    def key(self) -> str:
        return self.uri.removeprefix("s3://").partition("/")[2]


def upload_inputs(s3: S3Client, project: Project, data: Path) -> Uploaded:
    """The data, and rows of it for the batch transform."""
    lines = read_lines(data)
    folders = project.settings.data
    _upload(s3, project.data_bucket, f"{folders.batch_prefix}rows.csv", batch(lines))
    return _upload(s3, project.data_bucket, f"{folders.prefix}{data.name}", _joined(lines))


def upload_arrival(s3: S3Client, project: Project, data: Path) -> Uploaded:
    """Another file of rows, which nobody has uploaded before."""
    bucket, prefix = project.data_bucket, project.settings.data.prefix
    number = s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"] + 1
    return _upload(s3, bucket, f"{prefix}{data.stem}-{number}.csv", _joined(arrival(read_lines(data), number)))


def read_lines(data: Path) -> list[bytes]:
    try:
        return data.read_bytes().splitlines()
    except OSError as error:
        reason = f"{data}: {error.strerror}"
        raise DemoFailure("the data", reason, first=f"git checkout -- {data}; ") from error


def arrival(lines: list[bytes], number: int) -> list[bytes]:
    """All rows but every `number`-th: other rows for each number, and always the same ones."""
    return [line for position, line in enumerate(lines) if position % number]


def batch(lines: list[bytes]) -> bytes:
    """The first rows as the endpoint takes them: without the rings."""
    return _joined([line.rpartition(b",")[0] for line in lines[:BATCH_ROWS]])


def _joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _upload(s3: S3Client, bucket: str, key: str, content: bytes) -> Uploaded:
    """An object that would not change is left alone: each upload is an event, and would start a run of its own."""
    digest = hashlib.sha256(content).hexdigest()
    new = _digest(s3, bucket, key) != digest
    if new:
        s3.put_object(Bucket=bucket, Key=key, Body=content, Metadata={_DIGEST: digest})
    return Uploaded(f"s3://{bucket}/{key}", content.count(b"\n"), new)


def _digest(s3: S3Client, bucket: str, key: str) -> str | None:
    try:
        return s3.head_object(Bucket=bucket, Key=key)["Metadata"].get(_DIGEST)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("404", "NoSuchKey"):
            return None
        raise
