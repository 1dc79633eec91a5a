"""An S3 of one bucket, in memory."""

from __future__ import annotations

import hashlib

from sandbox.acting import Actor
from sandbox.containers.objects import BucketNotFound, ObjectDenied, ObjectNotFound
from sandbox.identity import AccessDenied


class MemoryObjects:
    """An ObjectStore with one bucket, `bucket`."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}
        self.kms_keys: dict[str, str | None] = {}

    def get(self, *, bucket: str, key: str) -> bytes:
        self._known(bucket)
        if key not in self.content:
            raise ObjectNotFound(key)
        return self.content[key]

    def check(self, *, bucket: str, key: str) -> None:
        self.get(bucket=bucket, key=key)

    def etag(self, *, bucket: str, key: str) -> str:
        return hashlib.md5(self.get(bucket=bucket, key=key), usedforsecurity=False).hexdigest()

    def put(self, *, bucket: str, key: str, body: bytes, kms_key: str | None = None) -> None:
        self._known(bucket)
        self.content[key], self.kms_keys[key] = body, kms_key

    def list(self, *, bucket: str, prefix: str) -> list[str]:
        self._known(bucket)
        return sorted(key for key in self.content if key.startswith(prefix))

    @staticmethod
    def _known(bucket: str) -> None:
        if bucket != "bucket":
            raise BucketNotFound(bucket)


class GuardedObjects(MemoryObjects):
    """The same objects, for one role."""

    def __init__(self, objects: MemoryObjects, actor: Actor) -> None:
        super().__init__()
        self.content, self._actor = objects.content, actor

    def get(self, *, bucket: str, key: str) -> bytes:
        try:
            self._actor.require("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}")
        except AccessDenied as error:
            raise ObjectDenied(error.message) from error
        return super().get(bucket=bucket, key=key)
