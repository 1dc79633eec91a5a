"""Where things lie: the data bucket, the artifact bucket, the log of who touched them, and the key for all of it."""

from __future__ import annotations

from collections.abc import Sequence

from infra.iam import stage_access
from infra.iam.key_policy import own_use
from infra.iam.statements import Statement, allow
from infra.parts.bucket import Bucket, Property, expiration, tidiness
from infra.parts.key import Key
from infra.parts.resource_policy import refuse_overwriting
from infra.parts.unit import Unit
from infra.settings import Settings
from infra.settings.names import CAPTURED, CODE, MODELS, REPORTS, Names

_REPORTS_KEPT = _LOGS_KEPT = 365  # days
_PASSING_KEPT = 90
# S3 delivers access logs to no bucket with a default encryption by KMS.
_BY_S3: Property = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
_EVENTS: Property = {"NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}}


class Storage(Unit):
    """Two buckets with the project's key, and the one that S3 logs to."""

    def __init__(self, scope: Unit, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        names, foreign, place = settings.names, settings.foreign_stages, self.stack.place
        decrypts = stage_access.to_key(foreign, place=place, names=names)
        self.key = Key(self, "Key", names=names, statements=[*own_use(place, names), *decrypts])
        rules = [tidiness(days=_LOGS_KEPT)]
        self._access_log = Bucket(
            self, "AccessLog", encryption=_BY_S3, more={"LifecycleConfiguration": {"Rules": rules}}
        )
        self.data = self._bucket("Data", more=_EVENTS)
        self.artifacts = self._bucket("Artifacts", expirations=_passing(names), name=place.artifact_bucket(names))
        self._access_log.permit([self._logs_of(self.data, "data/"), self._logs_of(self.artifacts, "artifacts/")])
        self.data.permit([])
        abroad = stage_access.to_artifacts(foreign, place=place, names=names, bucket_arn=self.artifacts.arn)
        once = [f"{self.artifacts.arn}/{folder}*" for folder in (CODE, MODELS)]
        self.artifacts.permit([refuse_overwriting(once), *abroad])

    def _bucket(
        self,
        construct_id: str,
        *,
        expirations: Sequence[Property] = (),
        name: str | None = None,
        more: Property | None = None,
    ) -> Bucket:
        by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": self.key.arn}
        logged = {"DestinationBucketName": self._access_log.name, "LogFilePrefix": f"{construct_id.lower()}/"}
        return Bucket(
            self,
            construct_id,
            encryption={"BucketKeyEnabled": True, "ServerSideEncryptionByDefault": by_key},
            expirations=expirations,
            name=name,
            more={"LoggingConfiguration": logged, **(more or {})},
        )

    def _logs_of(self, bucket: Bucket, prefix: str) -> Statement:
        """https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html"""
        only = {
            "ArnLike": {"aws:SourceArn": bucket.arn},
            "StringEquals": {"aws:SourceAccount": self.stack.place.account},
        }
        sid = f"LogsOf{prefix.removesuffix('/').capitalize()}"
        statement = allow(sid, ["s3:PutObject"], [f"{self._access_log.arn}/{prefix}*"], only)
        return statement | {"Principal": {"Service": "logging.s3.amazonaws.com"}}


def _passing(names: Names) -> list[Property]:
    """What only passes through goes; models, their evaluations and the code that made them stay."""
    folders = [folder for pipeline in names.artifacts for folder in names.artifact_folders(pipeline)]
    passing = [
        expiration(f"Passing{number}", days=_PASSING_KEPT, prefix=folder)
        for number, folder in enumerate(folders, start=1)
    ]
    captured = expiration("CapturedRequests", days=_PASSING_KEPT, prefix=CAPTURED)
    return [*passing, captured, expiration("StageReports", days=_REPORTS_KEPT, prefix=REPORTS)]
