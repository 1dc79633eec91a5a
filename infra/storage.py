"""Where things lie: the data bucket, the artifact bucket, the log of who touched them, and the key for all of it."""

from __future__ import annotations

from typing import cast

from aws_cdk import Duration, PhysicalName, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.key_policy import services_that_encrypt
from infra.names import Names

# Folders of the artifact bucket, beside the outputs of the SageMaker pipeline.
CODE, CAPTURED, REPORTS = "code/", "data-capture/", "reports/"
_REPORTS_KEPT = Duration.days(365)
_OLD_VERSIONS_KEPT = Duration.days(90)
_PASSING_KEPT = Duration.days(90)


class Storage(Construct):
    """Buckets and key outlive their stack: what they hold cannot be made again."""

    def __init__(self, scope: Construct, construct_id: str, *, names: Names) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Key",
            alias=f"alias/{names.project}",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        for statement in services_that_encrypt(self, names):
            self.key.add_to_resource_policy(statement)
        self._access_log = self._access_log_bucket()
        self.data = self._bucket("Data", rules=[])
        _emit_events(self.data)
        self.artifacts = self._bucket("Artifacts", rules=_artifact_rules(names))

    def _bucket(self, construct_id: str, *, rules: list[s3.LifecycleRule]) -> s3.Bucket:
        return s3.Bucket(
            self,
            construct_id,
            bucket_name=PhysicalName.GENERATE_IF_NEEDED,  # where another account has to know it
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            bucket_key_enabled=True,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            enforce_ssl=True,
            lifecycle_rules=[_tidiness(), *rules],
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.RETAIN,
            server_access_logs_bucket=self._access_log,
            server_access_logs_prefix=f"{construct_id.lower()}/",
            versioned=True,
        )

    def _access_log_bucket(self) -> s3.Bucket:
        return s3.Bucket(
            self,
            "AccessLog",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            # S3 delivers access logs to no bucket with a default encryption by KMS.
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            lifecycle_rules=[_tidiness(), s3.LifecycleRule(id="LogsOfAYear", expiration=Duration.days(365))],
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=RemovalPolicy.RETAIN,
            versioned=True,
        )


def _emit_events(bucket: s3.Bucket) -> None:
    """`event_bridge_enabled=True` would add a custom resource with a function of its own; the property needs neither."""
    resource = cast("s3.CfnBucket", bucket.node.default_child)
    resource.add_property_override("NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", True)


def _tidiness() -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id="Tidiness",
        abort_incomplete_multipart_upload_after=Duration.days(7),
        noncurrent_version_expiration=_OLD_VERSIONS_KEPT,
    )


def _artifact_rules(names: Names) -> list[s3.LifecycleRule]:
    """What only passes through goes; models, their evaluations and the code that made them stay."""
    passing = [
        s3.LifecycleRule(id=f"Passing{number}", prefix=names.artifact_folder(pipeline), expiration=_PASSING_KEPT)
        for number, pipeline in enumerate((names.model_build, names.model_deploy), start=1)
    ]
    captured = s3.LifecycleRule(id="CapturedRequests", prefix=CAPTURED, expiration=_PASSING_KEPT)
    reports = s3.LifecycleRule(id="StageReports", prefix=REPORTS, expiration=_REPORTS_KEPT)
    return [*passing, captured, reports]
