"""The permissions that several actors share, each a small named function: objects, the key, logs, and reading the registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from infra.ground import Ground, HomeGround
from infra.settings import Settings

Statements = list[iam.PolicyStatement]


def allow(
    sid: str, actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, object] | None = None
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid, actions=list(actions), resources=list(resources), conditions=conditions and dict(conditions)
    )


def approve_nothing() -> iam.PolicyStatement:
    """A pipeline registers, a person approves: every role carries this, the approver's policy alone does not."""
    return iam.PolicyStatement(
        sid="ApproveNothing",
        effect=iam.Effect.DENY,
        actions=["sagemaker:CreateModelPackage", "sagemaker:UpdateModelPackage"],
        resources=["*"],  # a Deny without exception
        conditions={"StringEquals": {"sagemaker:ModelApprovalStatus": "Approved"}},
    )


def stay_in_vpc(settings: Settings, *makes: str) -> Statements:
    """Where private subnets are set, SageMaker makes nothing outside of them."""
    if settings.vpc is None:
        return []
    return [
        iam.PolicyStatement(
            sid="StayInTheVpc",
            effect=iam.Effect.DENY,
            actions=[f"sagemaker:Create{what}" for what in makes],
            resources=["*"],  # a Deny without exception
            conditions={"Null": {"sagemaker:VpcSubnets": "true"}},
        )
    ]


def pass_role(sid: str, roles: Sequence[iam.IRole], *, to: str) -> iam.PolicyStatement:
    condition = {"StringEquals": {"iam:PassedToService": to}}
    return allow(sid, ["iam:PassRole"], [role.role_arn for role in roles], condition)


def read_objects(sid: str, bucket: s3.IBucket, folders: Sequence[str]) -> iam.PolicyStatement:
    return allow(sid, ["s3:GetObject", "s3:GetObjectVersion"], _objects(bucket, folders))


def write_objects(sid: str, bucket: s3.IBucket, folders: Sequence[str]) -> iam.PolicyStatement:
    return allow(sid, ["s3:AbortMultipartUpload", "s3:PutObject"], _objects(bucket, folders))


def list_objects(sid: str, bucket: s3.IBucket, folders: Sequence[str]) -> iam.PolicyStatement:
    prefixes = {"StringLike": {"s3:prefix": [pattern for folder in folders for pattern in (folder, f"{folder}*")]}}
    return allow(sid, ["s3:ListBucket"], [bucket.bucket_arn], prefixes)


def use_key(ground: Ground, *services: str) -> iam.PolicyStatement:
    """Only by way of a service that holds something encrypted, never directly."""
    via = [f"{service}.{Aws.REGION}.{Aws.URL_SUFFIX}" for service in services]
    return allow(
        "UseTheKey",
        ["kms:Decrypt", "kms:GenerateDataKey"],
        [ground.key_arn],
        {"StringEquals": {"kms:ViaService": via}},
    )


def write_log(ground: Ground, group: str) -> iam.PolicyStatement:
    """The group itself is made by its stack, encrypted and with an end."""
    streams = ground.log_group(f"{group}:log-stream:*")
    return allow("WriteTheLog", ["logs:CreateLogStream", "logs:PutLogEvents"], [streams])


def read_versions(ground: Ground) -> iam.PolicyStatement:
    return allow("ReadVersions", ["sagemaker:DescribeModelPackage"], [ground.versions_arn])


def list_versions(ground: HomeGround) -> iam.PolicyStatement:
    """AWS's reference names the versions as the resource, its examples of policies the group: both, then."""
    return allow("ListVersions", ["sagemaker:ListModelPackages"], [ground.group_arn, ground.versions_arn])


def send_undelivered(ground: HomeGround) -> iam.PolicyStatement:
    return allow("KeepWhatFails", ["sqs:SendMessage"], [ground.undelivered_arn])


def _objects(bucket: s3.IBucket, folders: Sequence[str]) -> list[str]:
    return [bucket.arn_for_objects(f"{folder}*") for folder in folders]
