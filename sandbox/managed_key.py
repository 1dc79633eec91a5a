"""The KMS key that S3 takes when a request asks for aws:kms and names none: the account's own for S3 (API_PutObject)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbox.settings import SandboxSettings

_ALGORITHM = "x-amz-server-side-encryption"
_KEY = "x-amz-server-side-encryption-aws-kms-key-id"


def with_managed_key(settings: SandboxSettings) -> Callable[[Mapping[str, str]], dict[str, str]]:
    """Request headers as S3 understands them; ministack refuses the ones that leave the key out."""
    key = f"arn:aws:kms:{settings.region}:{settings.account}:alias/aws/s3"
    return lambda headers: {_KEY: key, **headers} if headers.get(_ALGORITHM) == "aws:kms" else dict(headers)
