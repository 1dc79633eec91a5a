"""The log of a function or a build: encrypted, and with an end."""

from __future__ import annotations

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

_DAYS = 90


class Log(Construct):
    """Under the name at which the service would make one of its own, without end and without the key."""

    def __init__(self, scope: Construct, construct_id: str, *, name: str, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        group = logs.CfnLogGroup(self, "Group", log_group_name=name, kms_key_id=key.key_arn, retention_in_days=_DAYS)
        group.apply_removal_policy(RemovalPolicy.DESTROY)
        self.name = group.ref
