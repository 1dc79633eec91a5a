"""Which data a run is about: a digest of what lies under its URI, since SageMaker's step cache compares URIs alone."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def data_version(s3: S3Client, uri: str) -> str | None:
    """The same objects have the same version, and a changed or added one another; None where nothing lies there yet."""
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    digest, found = hashlib.sha256(), False
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for item in page.get("Contents", []):
            if not item["Key"].endswith("/"):  # the marker of a folder
                found = True
                digest.update(f"{item['Key']}\0{item['ETag']}\0{item['Size']}\0".encode())
    return digest.hexdigest() if found else None
