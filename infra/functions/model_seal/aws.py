"""Edge: alone in importing boto3. Fetches an archive, and stores its sealed copy under a key that is written once."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, Protocol, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .refusal import SealRefused

_CONFIG = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 5})
_CHUNK = 1024 * 1024
_ATTEMPTS = 3
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
_EXISTS, _CONFLICT = "PreconditionFailed", "ConditionalRequestConflict"
Answer = Mapping[str, Any]


class S3(Protocol):
    """The operations of S3 that are called here."""

    def get_object(self, **request: object) -> Answer: ...
    def put_object(self, **request: object) -> Answer: ...


@dataclass(frozen=True)
class Sealed:
    """A copy, named by the digest of its content."""

    uri: str
    sha256: str
    kms_key: str


def connect() -> S3:
    return cast("S3", boto3.client("s3", config=_CONFIG))


def fetch(s3: S3, uri: str, *, into: IO[bytes], at_most: int) -> str:
    """The SHA-256 of the object's content, which is written once it is known to be no larger than allowed."""
    digest = hashlib.sha256()
    for chunk in _content(s3, uri, at_most=at_most):
        digest.update(chunk)
        into.write(chunk)
    return digest.hexdigest()


def store_once(s3: S3, copy: Sealed, content: IO[bytes]) -> None:
    """Written if nothing is there; what is there already has to be the same bytes."""
    for _ in range(_ATTEMPTS):
        content.seek(0)
        try:
            s3.put_object(**_request(copy, content))
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            if code == _CONFLICT:  # another run seals the same archive at this moment
                continue
            if code != _EXISTS:
                raise SealRefused(f"{copy.uri} cannot be written: {_told(error)}") from error
            _expect_same(s3, copy)
        return
    raise SealRefused(f"{copy.uri} is being written by other runs: start this one again.")


def _request(copy: Sealed, content: IO[bytes]) -> dict[str, object]:
    bucket, key = _place(copy.uri)
    return {
        "Bucket": bucket,
        "Key": key,
        "Body": content,
        "IfNoneMatch": "*",
        # S3 itself refuses other bytes than those that were looked at.
        "ChecksumSHA256": base64.b64encode(bytes.fromhex(copy.sha256)).decode(),
        "ContentType": "application/gzip",
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": copy.kms_key,
        "BucketKeyEnabled": True,
    }


def _expect_same(s3: S3, copy: Sealed) -> None:
    digest = hashlib.sha256()
    for chunk in _content(s3, copy.uri):
        digest.update(chunk)
    if digest.hexdigest() != copy.sha256:
        raise SealRefused(
            f"{copy.uri} holds something with the digest {digest.hexdigest()}: somebody else wrote it, since this function "
            "writes a key only with the digest that it is called by. Look in the bucket's access log who did, delete that "
            "object, and start the run again."
        )


def _content(s3: S3, uri: str, *, at_most: int | None = None) -> Iterator[bytes]:
    bucket, key = _place(uri)
    try:
        found = s3.get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        raise SealRefused(f"{uri} cannot be read: {_told(error)}") from error
    size = found["ContentLength"]
    if at_most is not None and size > at_most:
        raise SealRefused(f"{uri}: has {size} bytes; at most {at_most} are allowed.")
    yield from iter(lambda: found["Body"].read(_CHUNK), b"")


def _place(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bucket, key


def _told(error: ClientError) -> str:
    said = error.response.get("Error", {})
    return f"{said.get('Code')}: {said.get('Message')}"
