"""A bucket that is private, versioned, reached over TLS alone, and outlives its stack: what it holds cannot be made again."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct


class PrivateBucket(s3.Bucket):
    """CloudFormation names it, unless it is given a name. Without a key S3 encrypts it with its own."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        rules: Sequence[s3.LifecycleRule],
        key: kms.IKey | None = None,
        name: str | None = None,
        access_log: s3.IBucket | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            bucket_name=name,
            encryption=s3.BucketEncryption.S3_MANAGED if key is None else s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=None if key is None else True,
            lifecycle_rules=[*rules],
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            versioned=True,
            server_access_logs_bucket=access_log,
            server_access_logs_prefix=None if access_log is None else f"{construct_id.lower()}/",
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )


def expiration(rule: str, *, days: int, prefix: str) -> s3.LifecycleRule:
    return s3.LifecycleRule(id=rule, expiration=Duration.days(days), prefix=prefix)


def tidiness(*, days: int | None = None) -> s3.LifecycleRule:
    """The one rule for all of a bucket: S3 may refuse two rules of the same prefix (hashicorp/terraform-provider-aws#23132)."""
    return s3.LifecycleRule(
        id="Tidiness",
        abort_incomplete_multipart_upload_after=Duration.days(7),
        noncurrent_version_expiration=Duration.days(90),
        expiration=None if days is None else Duration.days(days),
    )
