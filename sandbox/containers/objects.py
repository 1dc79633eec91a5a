"""S3 as the jobs need it: a protocol that the sandbox's S3 and the tests' folders both meet, and S3 URIs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class ObjectNotFound(Exception):
    """The key does not exist in the bucket."""


class BucketNotFound(Exception):
    """The bucket does not exist."""


class ObjectDenied(Exception):
    """The caller's policies do not allow it; the message is S3's."""


class ObjectStore(Protocol):
    """The S3 operations that jobs live on. Each raises ObjectDenied where a role acts that may not."""

    def get(self, *, bucket: str, key: str) -> bytes:
        """The object's bytes. Raises ObjectNotFound or BucketNotFound."""

    def check(self, *, bucket: str, key: str) -> None:
        """Raise what `get` would, without the bytes."""

    def etag(self, *, bucket: str, key: str) -> str:
        """The object's ETag, without its quotes. Raises what `get` would."""

    def put(self, *, bucket: str, key: str, body: bytes, kms_key: str | None) -> None:
        """Store the object under the key, by id, alias or ARN; None is S3's own key of the account. Raises BucketNotFound."""

    def list(self, *, bucket: str, prefix: str) -> list[str]:
        """All keys that begin with the prefix, sorted. Raises BucketNotFound."""


@dataclass(frozen=True)
class S3Location:
    """Bucket and key (or key prefix) of an `s3://` URI."""

    bucket: str
    key: str

    @classmethod
    def parse(cls, uri: str) -> S3Location:
        scheme, found, rest = uri.partition("://")
        bucket, _, key = rest.partition("/")
        if scheme != "s3" or not found or not bucket:
            raise ValueError(f'"{uri}" is not an S3 URI; one looks like s3://bucket/key')
        return cls(bucket, key)

    def child(self, name: str) -> S3Location:
        folder = self.key.rstrip("/")
        return S3Location(self.bucket, f"{folder}/{name}" if folder else name)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"
