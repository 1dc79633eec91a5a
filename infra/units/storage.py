"""What is stored: the data bucket, the artifact bucket, their access log, and the one key for all of it."""

from __future__ import annotations

from typing import cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.iam.arns import Place
from infra.iam.resource_policies import artifacts_for_stages, key_policy, write_once
from infra.iam.statements import document
from infra.parts.bucket import PrivateBucket, expiration, tidiness
from infra.settings import Settings
from infra.settings.names import CAPTURED, CODE, MODELS, REPORTS, Names

_REPORTS_KEPT = _LOGS_KEPT = 365  # days
_PASSING_KEPT = 90


class Storage(Construct):
    """Two buckets with the project's key, and the one that S3 logs to: it delivers to none that KMS encrypts by default."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, place: Place) -> None:
        super().__init__(scope, construct_id)
        names, foreign = settings.names, settings.foreign_stages
        self.key = kms.Key(
            self,
            "Key",
            alias=names.project,
            enable_key_rotation=True,
            policy=document(key_policy(place, names, foreign=foreign)),
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        log = PrivateBucket(self, "AccessLog", rules=[tidiness(days=_LOGS_KEPT)])
        self.data = PrivateBucket(self, "Data", key=self.key, rules=[tidiness()], access_log=log)
        _send_events(self.data)
        self.artifacts = PrivateBucket(
            self,
            "Artifacts",
            key=self.key,
            name=place.artifact_bucket(names),
            rules=[tidiness(), *_passing(names)],
            access_log=log,
        )
        bucket_arn = self.artifacts.bucket_arn
        elsewhere = artifacts_for_stages(foreign, place=place, names=names, bucket_arn=bucket_arn)
        for statement in (write_once(bucket_arn, CODE, MODELS), *elsewhere):
            self.artifacts.add_to_resource_policy(statement)


def _send_events(bucket: s3.Bucket) -> None:
    """To EventBridge. The L2's `event_bridge_enabled` would add a Lambda function to the stack, with a role of its own."""
    events = s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
    resource = cast("s3.CfnBucket", bucket.node.default_child)
    resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
        event_bridge_configuration=events
    )


def _passing(names: Names) -> list[s3.LifecycleRule]:
    """What only passes through goes; models, their evaluations and the code that made them stay."""
    folders = [folder for pipeline in names.artifacts for folder in names.artifact_folders(pipeline)]
    passing = [
        expiration(f"Passing{number}", days=_PASSING_KEPT, prefix=folder)
        for number, folder in enumerate(folders, start=1)
    ]
    captured = expiration("CapturedRequests", days=_PASSING_KEPT, prefix=CAPTURED)
    return [*passing, captured, expiration("StageReports", days=_REPORTS_KEPT, prefix=REPORTS)]
