"""Edge: alone in importing boto3. What has arrived, by S3's own word, as a manifest that a run reads exactly.

The form is that of S3DataSource's ManifestFile: a prefix, then paths below it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Protocol, cast

import boto3
from botocore.config import Config

from .arrivals import Noted
from .settings import Settings

_CONFIG = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4})
_GRAIN = 1  # second: LastModified and an event's time are cut to it
Answer = Mapping[str, Any]


class S3(Protocol):
    """The operations of S3 that are called."""

    def list_objects_v2(self, **request: object) -> Answer: ...
    def put_object(self, **request: object) -> Answer: ...


def connect() -> S3:
    return cast("S3", boto3.client("s3", config=_CONFIG))


def arrived(s3: S3, noted: Noted, settings: Settings) -> list[str]:
    """The keys that are noted, and every other that was written since the first of them; without what is gone by now."""
    known = {each.key for each in noted.objects}
    return sorted(
        each["Key"]
        for each in _listed(s3, settings)
        if not each["Key"].endswith("/")
        and (each["Key"] in known or each["LastModified"].timestamp() >= noted.first - _GRAIN)
    )


def write(s3: S3, keys: list[str], *, uri: str, settings: Settings) -> None:
    bucket, _, name = uri.removeprefix("s3://").partition("/")
    entries = [{"prefix": settings.prefix_uri}, *(key.removeprefix(settings.prefix) for key in keys)]
    s3.put_object(Bucket=bucket, Key=name, Body=json.dumps(entries).encode(), ContentType="application/json")


def _listed(s3: S3, settings: Settings) -> Iterator[Answer]:
    request: dict[str, object] = {"Bucket": settings.bucket, "Prefix": settings.prefix}
    while True:
        page = s3.list_objects_v2(**request)
        yield from page.get("Contents", [])
        if not page.get("IsTruncated"):
            return
        request["ContinuationToken"] = page["NextContinuationToken"]
