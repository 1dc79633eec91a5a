"""The statements that several roles share, each a small named function: objects, the key, logs, and the registry's versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import aws_iam as iam

from infra.iam.arns import AccountArns, ProjectArns
from infra.settings import VpcSettings

Statements = list[iam.PolicyStatement]


def document(statements: Statements) -> iam.PolicyDocument:
    return iam.PolicyDocument(statements=statements)


def allow(
    sid: str,
    actions: Sequence[str],
    resources: Sequence[str],
    conditions: Mapping[str, object] | None = None,
    *,
    principal: iam.IPrincipal | None = None,
) -> iam.PolicyStatement:
    """A principal only in the policy of a resource."""
    return iam.PolicyStatement(
        sid=sid,
        actions=[*actions],
        resources=[*resources],
        conditions=conditions,
        principals=None if principal is None else [principal],
    )


def deny(
    sid: str, actions: Sequence[str], conditions: Mapping[str, object], *, outside: Sequence[str] | None = None
) -> iam.PolicyStatement:
    """On all resources, or on all but those named."""
    return iam.PolicyStatement(
        sid=sid,
        effect=iam.Effect.DENY,
        actions=[*actions],
        resources=["*"] if outside is None else None,
        not_resources=None if outside is None else [*outside],
        conditions=conditions,
    )


def approve_nothing() -> iam.PolicyStatement:
    """A pipeline registers, a person approves: every role carries this, the approver's policy alone does not."""
    changes = ["sagemaker:CreateModelPackage", "sagemaker:UpdateModelPackage"]
    return deny("ApproveNothing", changes, {"StringEquals": {"sagemaker:ModelApprovalStatus": "Approved"}})


def approve_only_what_it_registers(arns: ProjectArns) -> Statements:
    """In the place of `approve_nothing`, of the one role that registers: its own group's new versions, and nothing else."""
    approved = {"StringEquals": {"sagemaker:ModelApprovalStatus": "Approved"}}
    own = [arns.group_arn, arns.versions_arn]
    return [
        deny("ApproveInNoOtherGroup", ["sagemaker:CreateModelPackage"], approved, outside=own),
        deny("ApproveNothingLater", ["sagemaker:UpdateModelPackage"], approved),
    ]


def stay_in_vpc(vpc: VpcSettings | None, *makes: str) -> Statements:
    """Where private subnets are set, SageMaker makes nothing outside of them."""
    if vpc is None:
        return []
    outside = {"Null": {"sagemaker:VpcSubnets": "true"}}
    return [deny("StayInTheVpc", [f"sagemaker:Create{what}" for what in makes], outside)]


def pass_role(sid: str, roles: Sequence[iam.IRole], *, to: str) -> iam.PolicyStatement:
    condition = {"StringEquals": {"iam:PassedToService": to}}
    return allow(sid, ["iam:PassRole"], [role.role_arn for role in roles], condition)


def read_objects(sid: str, bucket_arn: str, folders: Sequence[str]) -> iam.PolicyStatement:
    return allow(sid, ["s3:GetObject", "s3:GetObjectVersion"], _objects(bucket_arn, folders))


def write_objects(sid: str, bucket_arn: str, folders: Sequence[str]) -> iam.PolicyStatement:
    return allow(sid, ["s3:AbortMultipartUpload", "s3:PutObject"], _objects(bucket_arn, folders))


def list_objects(sid: str, bucket_arn: str, folders: Sequence[str]) -> iam.PolicyStatement:
    prefixes = {"StringLike": {"s3:prefix": [pattern for folder in folders for pattern in (folder, f"{folder}*")]}}
    return allow(sid, ["s3:ListBucket"], [bucket_arn], prefixes)


def find_bucket(bucket_arn: str, *more: str) -> iam.PolicyStatement:
    """What the guides of CodeBuild and CodePipeline have in their service roles for the bucket of a pipeline's artifacts.

    https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
    """
    return allow("FindTheBucket", ["s3:GetBucketAcl", "s3:GetBucketLocation", *more], [bucket_arn])


def use_key(arns: AccountArns, *services: str) -> iam.PolicyStatement:
    """Only by way of a service that holds something encrypted, never directly."""
    via = {"StringEquals": {"kms:ViaService": [arns.place.service(service) for service in services]}}
    return allow("UseTheKey", ["kms:Decrypt", "kms:GenerateDataKey"], [arns.key_arn], via)


def encrypt_outputs(arns: AccountArns) -> iam.PolicyStatement:
    """What SageMaker's guide asks of a role whose outputs name a key (KmsKeyId of API_OutputDataConfig, API_TransformOutput).

    Not by way of a service alone: who calls it, and on whose way, is not documented. It reads nothing.
    """
    return allow("EncryptOutputs", ["kms:Encrypt"], [arns.key_arn])


def write_log(arns: AccountArns, group: str) -> iam.PolicyStatement:
    """The group itself is created by its stack, encrypted and with a retention."""
    streams = arns.log_group(f"{group}:log-stream:*")
    return allow("WriteTheLog", ["logs:CreateLogStream", "logs:PutLogEvents"], [streams])


def read_versions(arns: AccountArns) -> iam.PolicyStatement:
    return allow("ReadVersions", ["sagemaker:DescribeModelPackage"], [arns.versions_arn])


def list_versions(arns: ProjectArns) -> iam.PolicyStatement:
    """AWS's reference names the versions as the resource, its examples of policies the group: both, then."""
    return allow("ListVersions", ["sagemaker:ListModelPackages"], [arns.group_arn, arns.versions_arn])


def send_undelivered(arns: ProjectArns) -> iam.PolicyStatement:
    return allow("KeepWhatFails", ["sqs:SendMessage"], [arns.dead_letter_queue_arn])


def _objects(bucket_arn: str, folders: Sequence[str]) -> list[str]:
    return [f"{bucket_arn}/{folder}*" for folder in folders]
