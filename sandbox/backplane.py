"""The other services, as our own reach them: the real boto3 clients over a wire inside the process.

botocore serialises and parses as always; only the last step, the HTTP exchange, is a call of the service's handler instead of
a socket. That saves a round trip through the server for each object and each batch of log lines.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

from sandbox.containers.objects import BucketNotFound, ObjectDenied, ObjectNotFound
from sandbox.identity import Credentials
from sandbox.settings import SandboxSettings

# (service, method, path, headers, body, query) -> (status, headers, body)
Wire = Callable[[str, str, str, dict[str, str], bytes, dict[str, list[str]]], tuple[int, dict[str, str], bytes]]


class _Body(io.BytesIO):
    """A response's body as urllib3 would give it."""

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Any:  # noqa: ARG002 (urllib3's signature)
        while chunk := self.read(amt):
            yield chunk


_SESSION: Any = boto3.session.Session()  # Any: a service's name is not a literal that the stubs could tell a client by
_making = threading.Lock()  # clients may be used from any thread, but not made (boto3 guide, "Multithreading")


def client(service: str, settings: SandboxSettings, wire: Wire, *, credentials: Credentials | None = None) -> Any:
    """A boto3 client whose requests go to the handler of `service` in this process; without credentials, as the administrator."""
    with _making:
        made = _made(service, settings, credentials)

    def exchange(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        url = urlsplit(request.url)
        headers = {k.lower(): v.decode() if isinstance(v, bytes) else str(v) for k, v in request.headers.items()} | {
            "host": url.netloc
        }
        query = parse_qs(url.query, keep_blank_values=True)
        path = unquote(url.path)
        status, answer_headers, answer = wire(
            service, str(request.method), path, headers, _content(request.body), query
        )
        given: Any = HeadersDict(answer_headers)  # the stubs know this class by another module's name
        return AWSResponse(request.url, status, given, _Body(answer))

    made.meta.events.register("before-send", exchange)
    return made


def _made(service: str, settings: SandboxSettings, credentials: Credentials | None) -> Any:
    root = settings.root_key
    return _SESSION.client(
        service,
        region_name=settings.region,
        endpoint_url=settings.endpoint_url,
        aws_access_key_id=credentials.access_key_id if credentials else root.id,
        aws_secret_access_key=credentials.secret_access_key if credentials else root.secret,
        aws_session_token=credentials.session_token if credentials else None,
        config=Config(
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
        ),
    )


def _content(body: Any) -> bytes:
    """botocore gives text, bytes or a file."""
    read = body.read() if hasattr(body, "read") else body or b""
    return read.encode() if isinstance(read, str) else bytes(read)


class S3Objects:
    """The ObjectStore of the jobs."""

    def __init__(self, s3: Any) -> None:
        self._s3 = s3

    def get(self, *, bucket: str, key: str) -> bytes:
        try:
            return bytes(self._s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        except (ClientError, ParamValidationError) as error:
            raise _refused(error, bucket, key) from error

    def check(self, *, bucket: str, key: str) -> None:
        self.etag(bucket=bucket, key=key)

    def etag(self, *, bucket: str, key: str) -> str:
        try:
            return str(self._s3.head_object(Bucket=bucket, Key=key)["ETag"]).strip('"')
        except (ClientError, ParamValidationError) as error:
            raise _refused(error, bucket, key) from error

    def put(self, *, bucket: str, key: str, body: bytes, kms_key: str | None) -> None:
        """SageMaker asks for aws:kms itself, whatever the bucket's default is (KmsKeyId of API_OutputDataConfig)."""
        named = {"SSEKMSKeyId": kms_key} if kms_key else {}
        try:
            self._s3.put_object(Bucket=bucket, Key=key, Body=body, ServerSideEncryption="aws:kms", **named)
        except (ClientError, ParamValidationError) as error:
            raise _refused(error, bucket, key) from error

    def list(self, *, bucket: str, prefix: str) -> list[str]:
        try:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            return sorted(item["Key"] for each in pages for item in each.get("Contents", []))
        except (ClientError, ParamValidationError) as error:
            raise _refused(error, bucket, prefix) from error


def _refused(error: ClientError | ParamValidationError, bucket: str, key: str) -> Exception:
    if isinstance(error, ParamValidationError):  # a name that no bucket can have, or no key at all
        return ObjectNotFound(f"s3://{bucket}/{key}") if "parameter Key" in str(error) else BucketNotFound(bucket)
    code = error.response["Error"]["Code"]
    if code == "NoSuchBucket":
        return BucketNotFound(bucket)
    if code in ("AccessDenied", "403"):  # HeadObject's answer has no body, so no sentence either
        return ObjectDenied(error.response["Error"]["Message"])
    return ObjectNotFound(f"s3://{bucket}/{key}") if code in ("NoSuchKey", "404") else error
