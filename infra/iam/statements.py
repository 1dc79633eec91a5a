"""The permissions that several actors share, each a small named function: objects, the key, logs, and the registry's versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from infra.iam.arns import Ground, HomeGround
from infra.parts.resource import Resource
from infra.settings import VpcSettings

Statement = dict[str, object]
Statements = list[Statement]


def document(statements: Statements) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": statements}


def allow(
    sid: str, actions: Sequence[str], resources: Sequence[str], conditions: Mapping[str, object] | None = None
) -> Statement:
    statement = {"Sid": sid, "Effect": "Allow", "Action": [*actions], "Resource": [*resources]}
    return statement | ({"Condition": conditions} if conditions else {})


def deny(sid: str, actions: Sequence[str], conditions: Mapping[str, object]) -> Statement:
    """Without exception: on all resources."""
    return {"Sid": sid, "Effect": "Deny", "Action": [*actions], "Resource": "*", "Condition": conditions}


def approve_nothing() -> Statement:
    """A pipeline registers, a person approves: every role carries this, the approver's policy alone does not."""
    changes = ["sagemaker:CreateModelPackage", "sagemaker:UpdateModelPackage"]
    return deny("ApproveNothing", changes, {"StringEquals": {"sagemaker:ModelApprovalStatus": "Approved"}})


def approve_only_what_it_registers(ground: HomeGround) -> Statements:
    """In the place of `approve_nothing`, of the one role that registers: its own group's new versions, and nothing else."""
    approved = {"StringEquals": {"sagemaker:ModelApprovalStatus": "Approved"}}
    elsewhere = deny("ApproveInNoOtherGroup", ["sagemaker:CreateModelPackage"], approved)
    del elsewhere["Resource"]
    elsewhere["NotResource"] = [ground.group_arn, ground.versions_arn]
    return [elsewhere, deny("ApproveNothingLater", ["sagemaker:UpdateModelPackage"], approved)]


def stay_in_vpc(vpc: VpcSettings | None, *makes: str) -> Statements:
    """Where private subnets are set, SageMaker makes nothing outside of them."""
    if vpc is None:
        return []
    outside = {"Null": {"sagemaker:VpcSubnets": "true"}}
    return [deny("StayInTheVpc", [f"sagemaker:Create{what}" for what in makes], outside)]


def pass_role(sid: str, roles: Sequence[Resource], *, to: str) -> Statement:
    condition = {"StringEquals": {"iam:PassedToService": to}}
    return allow(sid, ["iam:PassRole"], [role.arn for role in roles], condition)


def read_objects(sid: str, bucket_arn: str, folders: Sequence[str]) -> Statement:
    return allow(sid, ["s3:GetObject", "s3:GetObjectVersion"], _objects(bucket_arn, folders))


def write_objects(sid: str, bucket_arn: str, folders: Sequence[str]) -> Statement:
    return allow(sid, ["s3:AbortMultipartUpload", "s3:PutObject"], _objects(bucket_arn, folders))


def list_objects(sid: str, bucket_arn: str, folders: Sequence[str]) -> Statement:
    prefixes = {"StringLike": {"s3:prefix": [pattern for folder in folders for pattern in (folder, f"{folder}*")]}}
    return allow(sid, ["s3:ListBucket"], [bucket_arn], prefixes)


def find_bucket(bucket_arn: str, *more: str) -> Statement:
    """What the guides of CodeBuild and CodePipeline have in their service roles for the bucket of a pipeline's artifacts.

    https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
    """
    return allow("FindTheBucket", ["s3:GetBucketAcl", "s3:GetBucketLocation", *more], [bucket_arn])


def use_key(ground: Ground, *services: str) -> Statement:
    """Only by way of a service that holds something encrypted, never directly."""
    via = {"StringEquals": {"kms:ViaService": [ground.place.service(service) for service in services]}}
    return allow("UseTheKey", ["kms:Decrypt", "kms:GenerateDataKey"], [ground.key_arn], via)


def encrypt_outputs(ground: Ground) -> Statement:
    """What SageMaker's guide asks of a role whose outputs name a key (KmsKeyId of API_OutputDataConfig, API_TransformOutput).

    Not by way of a service alone: who calls it, and on whose way, is not documented. It reads nothing.
    """
    return allow("EncryptOutputs", ["kms:Encrypt"], [ground.key_arn])


def write_log(ground: Ground, group: str) -> Statement:
    """The group itself is made by its stack, encrypted and with an end."""
    streams = ground.log_group(f"{group}:log-stream:*")
    return allow("WriteTheLog", ["logs:CreateLogStream", "logs:PutLogEvents"], [streams])


def read_versions(ground: Ground) -> Statement:
    return allow("ReadVersions", ["sagemaker:DescribeModelPackage"], [ground.versions_arn])


def list_versions(ground: HomeGround) -> Statement:
    """AWS's reference names the versions as the resource, its examples of policies the group: both, then."""
    return allow("ListVersions", ["sagemaker:ListModelPackages"], [ground.group_arn, ground.versions_arn])


def send_undelivered(ground: HomeGround) -> Statement:
    return allow("KeepWhatFails", ["sqs:SendMessage"], [ground.undelivered_arn])


def _objects(bucket_arn: str, folders: Sequence[str]) -> list[str]:
    return [f"{bucket_arn}/{folder}*" for folder in folders]
