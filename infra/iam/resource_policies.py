"""The policies of resources: the key's, and what those of buckets, topic and queue say besides "over TLS alone".

A role of the project's own account needs nothing here: its own policy says what it may do (`roles`). Here are AWS services that
call without a role, and the roles of a stage in another account.
"""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import aws_iam as iam

from infra.iam.arns import Place
from infra.iam.statements import Statements, allow
from infra.settings import Stage
from infra.settings.names import BUILT, CAPTURED, MODELS, Names

_THIS_KEY = ["*"]  # what a key's own policy calls it


def key_policy(place: Place, names: Names, *, foreign: Iterable[Stage]) -> Statements:
    own = [_administration(place), _undelivered_events(place), _key_for_alarms(), _log_groups(place, names)]
    verbs = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
    return [*own, *(_to_stage(stage, "Decrypts", verbs, _THIS_KEY, place=place, names=names) for stage in foreign)]


def _administration(place: Place) -> iam.PolicyStatement:
    """Without it the policies of roles would count for nothing here.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    root = iam.ArnPrincipal(place.root_of(place.account))
    return allow("LetTheAccountDecide", ["kms:*"], _THIS_KEY, principal=root)


def _undelivered_events(place: Place) -> iam.PolicyStatement:
    """EventBridge writes what it could not deliver to an encrypted queue; without this it is lost in silence.

    That it states an account to KMS is documented for event buses, not for such queues, so the condition holds without one:
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-key-policy.html. The queue's own policy names the rules.
    """
    only = {"StringEqualsIfExists": {"aws:SourceAccount": place.account}}
    verbs = ["kms:Decrypt", "kms:GenerateDataKey"]
    return allow("UndeliveredEvents", verbs, _THIS_KEY, only, principal=_service("events"))


def _key_for_alarms() -> iam.PolicyStatement:
    """CloudWatch publishes to an encrypted topic by the key itself; without this an alarm turns red, and no message is sent.

    Without a condition, as in AWS's own instructions: no page says which keys it sends. The topic's policy says what it
    may publish.
    https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
    """
    return allow("Alarms", ["kms:Decrypt", "kms:GenerateDataKey*"], _THIS_KEY, principal=_service("cloudwatch"))


def _log_groups(place: Place, names: Names) -> iam.PolicyStatement:
    groups = [place.arn("logs", f"log-group:/aws/{service}/{names.project}-*") for service in ("codebuild", "lambda")]
    only = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}}
    verbs = ["kms:Decrypt*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    return allow("LogGroups", verbs, _THIS_KEY, only, principal=iam.ServicePrincipal(place.service("logs")))


def publish_alarms(place: Place, names: Names, *, topic_arn: str) -> iam.PolicyStatement:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"""
    only = {"ArnLike": {"aws:SourceArn": place.arn("cloudwatch", f"alarm:{names.project}-*")}}
    return allow("Alarms", ["sns:Publish"], [topic_arn], only, principal=_service("cloudwatch"))


def keep_undelivered_events(place: Place, names: Names, *, queue_arn: str) -> iam.PolicyStatement:
    """EventBridge states the rule: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html"""
    only = {"ArnLike": {"aws:SourceArn": place.arn("events", f"rule/{names.project}-*")}}
    return allow("UndeliveredEvents", ["sqs:SendMessage"], [queue_arn], only, principal=_service("events"))


def write_once(bucket_arn: str, *folders: str) -> iam.PolicyStatement:
    """For everybody: an object there is written once, by a request that itself says "only if there is none" (If-None-Match).

    A copy and an upload in parts are refused with it: a copy cannot say so, and of an upload only the last request can.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    """
    return iam.PolicyStatement(
        sid="WriteOnce",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=["s3:PutObject"],
        resources=[f"{bucket_arn}/{folder}*" for folder in folders],
        conditions={"Null": {"s3:if-none-match": "true"}},
    )


def artifacts_for_stages(stages: Iterable[Stage], *, place: Place, names: Names, bucket_arn: str) -> Statements:
    """What stages in other accounts reach of the artifact bucket: models, templates, and a place for captured requests."""
    folders = [MODELS, *names.artifact_folders(names.model_deploy, BUILT)]
    readable = [f"{bucket_arn}/{folder}*" for folder in folders]
    access = {
        "Reads": (["s3:GetObject", "s3:GetObjectVersion"], readable),
        "Captures": (["s3:AbortMultipartUpload", "s3:PutObject"], [f"{bucket_arn}/{CAPTURED}*"]),
        "Lists": (["s3:ListBucket"], [bucket_arn]),
    }
    return [
        _to_stage(stage, verb, actions, resources, place=place, names=names)
        for stage in stages
        for verb, (actions, resources) in access.items()
    ]


def _to_stage(
    stage: Stage, verb: str, actions: list[str], resources: list[str], *, place: Place, names: Names
) -> iam.PolicyStatement:
    """The account as principal, since a principal has no wildcards; the condition leaves only the roles with the stage's name."""
    account = str(stage.account)
    roles = f"arn:{place.partition}:iam::{account}:role/{names.stage_role(stage.name, '*')}"
    only = {"ArnLike": {"aws:PrincipalArn": roles}}
    sid = f"{stage.name.capitalize()}Account{verb}"
    return allow(sid, actions, resources, only, principal=iam.ArnPrincipal(place.root_of(account)))


def read_group(place: Place, names: Names, *, accounts: list[str], versions_arn: str) -> Statements:
    """The accounts of stages elsewhere read the model package group, and serve its versions."""
    group_arn = place.arn("sagemaker", f"model-package-group/{names.model_package_group}")
    principals = [iam.ArnPrincipal(place.root_of(account)) for account in accounts]
    statements = [
        allow("StageAccountsReadTheGroup", ["sagemaker:DescribeModelPackageGroup"], [group_arn]),
        allow(
            "StageAccountsServeItsVersions", ["sagemaker:CreateModel", "sagemaker:DescribeModelPackage"], [versions_arn]
        ),
    ]
    for statement in statements:
        statement.add_principals(*principals)
    return statements


def _service(name: str) -> iam.ServicePrincipal:
    return iam.ServicePrincipal(f"{name}.amazonaws.com")
