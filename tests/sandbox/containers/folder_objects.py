"""An ObjectStore on folders: a bucket is a folder, and each object a file named by its quoted key."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote, unquote

from sandbox.containers.objects import BucketNotFound, ObjectNotFound


class FolderObjectStore:
    def __init__(self, root: Path, *buckets: str) -> None:
        self._root = root
        self.kms_keys: dict[str, str | None] = {}
        """object -> the KMS key that it was put under; None is S3's own"""
        for bucket in buckets:
            (root / bucket).mkdir(parents=True, exist_ok=True)

    def get(self, *, bucket: str, key: str) -> bytes:
        path = self._bucket(bucket) / quote(key, safe="")
        if not path.is_file():
            raise ObjectNotFound(f"s3://{bucket}/{key}")
        return path.read_bytes()

    def check(self, *, bucket: str, key: str) -> None:
        self.get(bucket=bucket, key=key)

    def etag(self, *, bucket: str, key: str) -> str:
        return hashlib.md5(self.get(bucket=bucket, key=key), usedforsecurity=False).hexdigest()

    def put(self, *, bucket: str, key: str, body: bytes, kms_key: str | None = None) -> None:
        self.kms_keys[key] = kms_key
        (self._bucket(bucket) / quote(key, safe="")).write_bytes(body)

    def list(self, *, bucket: str, prefix: str) -> list[str]:
        return sorted(key for path in self._bucket(bucket).iterdir() if (key := unquote(path.name)).startswith(prefix))

    def _bucket(self, bucket: str) -> Path:
        if not (self._root / bucket).is_dir():
            raise BucketNotFound(bucket)
        return self._root / bucket
