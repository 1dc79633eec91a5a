"""An S3 of one bucket, in memory."""

from __future__ import annotations

from sandbox.containers.objects import BucketNotFound, ObjectNotFound


class MemoryObjects:
    """An ObjectStore with one bucket, `bucket`."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}

    def get(self, *, bucket: str, key: str) -> bytes:
        self._known(bucket)
        if key not in self.content:
            raise ObjectNotFound(key)
        return self.content[key]

    def put(self, *, bucket: str, key: str, body: bytes) -> None:
        self._known(bucket)
        self.content[key] = body

    def list(self, *, bucket: str, prefix: str) -> list[str]:
        self._known(bucket)
        return sorted(key for key in self.content if key.startswith(prefix))

    @staticmethod
    def _known(bucket: str) -> None:
        if bucket != "bucket":
            raise BucketNotFound(bucket)
