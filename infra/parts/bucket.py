"""A bucket that is private, versioned, reached over TLS alone, and outlives its stack: what it holds cannot be made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import RemovalPolicy

from infra.iam.statements import Statements
from infra.parts.resource import Resource
from infra.parts.resource_policy import ResourcePolicy, refuse_old_tls, refuse_plain_text
from infra.parts.unit import Unit

Property = Mapping[str, object]
_TIDINESS: Property = {
    "Id": "Tidiness",
    "Status": "Enabled",
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 90},
}
_NOTHING_PUBLIC: Property = dict.fromkeys(
    ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
)


class Bucket(Unit):
    """CloudFormation names it, unless it is given a name."""

    def __init__(
        self,
        scope: Unit,
        construct_id: str,
        *,
        encryption: Property,
        expirations: Sequence[Property] = (),
        name: str | None = None,
        more: Property | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        properties = {
            **({"BucketName": name} if name else {}),
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [encryption]},
            "LifecycleConfiguration": {"Rules": [tidiness(), *expirations]},
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "PublicAccessBlockConfiguration": _NOTHING_PUBLIC,
            "VersioningConfiguration": {"Status": "Enabled"},
            "Tags": self.stack.resource_tags,
            **(more or {}),
        }
        self._resource = Resource(self, "Resource", type="AWS::S3::Bucket", properties=properties)
        self._resource.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)

    @property
    def name(self) -> str:
        return self._resource.identity

    @property
    def arn(self) -> str:
        return self._resource.arn

    def permit(self, statements: Statements) -> None:
        """The bucket's one policy: these, but nothing in plain text or by an old TLS."""
        everything = [self.arn, f"{self.arn}/*"]
        refused = [refuse_plain_text("s3:*", everything), refuse_old_tls("s3:*", everything)]
        target = {"Bucket": self.name}
        ResourcePolicy(self, "Policy", type="AWS::S3::BucketPolicy", target=target, statements=[*refused, *statements])


def expiration(rule: str, *, days: int, prefix: str) -> Property:
    return {"Id": rule, "Status": "Enabled", "ExpirationInDays": days, "Prefix": prefix}


def tidiness(*, days: int | None = None) -> Property:
    """The one rule for all of a bucket: S3 may refuse two rules of the same prefix (hashicorp/terraform-provider-aws#23132)."""
    return _TIDINESS if days is None else {**_TIDINESS, "ExpirationInDays": days}
