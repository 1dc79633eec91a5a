"""Which AWS services may use the project's key by themselves, and for what; roles get theirs in `roles.py`."""

from __future__ import annotations

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.ground import Place
from infra.names import Names


def services_that_encrypt(scope: Construct, names: Names) -> list[iam.PolicyStatement]:
    return [_undelivered_events(), _log_groups(scope, names)]


def _undelivered_events() -> iam.PolicyStatement:
    """EventBridge writes what it could not deliver to an encrypted queue; without this it is lost in silence."""
    return iam.PolicyStatement(
        sid="UndeliveredEvents",
        principals=[iam.ServicePrincipal("events.amazonaws.com")],
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=["*"],  # in a key policy: this key
        conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
    )


def _log_groups(scope: Construct, names: Names) -> iam.PolicyStatement:
    place = Place.of(Stack.of(scope))
    groups = [place.arn("logs", f"log-group:/aws/{service}/{names.project}-*") for service in ("codebuild", "lambda")]
    return iam.PolicyStatement(
        sid="LogGroups",
        principals=[iam.ServicePrincipal(place.service("logs"))],
        actions=["kms:Decrypt*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        resources=["*"],  # in a key policy: this key
        conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
    )
