"""The data and a batch of rows, uploaded under keys made from their content: unchanged data is a cache hit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.demo.failure import DemoFailure
from sandbox.demo.layout import REPOSITORY

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DATA = REPOSITORY / "data" / "abalone.csv"
BATCH_ROWS = 100


@dataclass(frozen=True)
class Inputs:
    """Where model-build finds what it reads."""

    data_uri: str
    batch_uri: str
    rows: int


def upload_inputs(s3: S3Client, bucket: str, data: Path) -> Inputs:
    try:
        content = data.read_bytes()
    except OSError as error:
        reason = f"{data}: {error.strerror}"
        raise DemoFailure("the data", reason, first=f"git checkout -- {data}; ") from error
    lines = content.splitlines()
    return Inputs(
        data_uri=_upload(s3, bucket, f"data/{{digest}}/{data.name}", content),
        batch_uri=_upload(s3, bucket, "batch/{digest}/rows.csv", batch(lines)),
        rows=len(lines),
    )


def batch(lines: list[bytes]) -> bytes:
    """The first rows as the endpoint takes them: without the rings."""
    return b"".join(line.rpartition(b",")[0] + b"\n" for line in lines[:BATCH_ROWS])


def _upload(s3: S3Client, bucket: str, key: str, content: bytes) -> str:
    """Returns the folder's URI: a job's input is a prefix, and each content has a prefix of its own."""
    named = key.format(digest=hashlib.sha256(content).hexdigest())
    s3.put_object(Bucket=bucket, Key=named, Body=content)
    return f"s3://{bucket}/{named}"
