"""The log of a function or a build: encrypted, and with an end."""

from __future__ import annotations

from aws_cdk import RemovalPolicy

from infra.parts.key import Key
from infra.parts.resource import Resource
from infra.parts.unit import Unit

_DAYS = 90


class Log(Unit):
    """Under the name at which the service would make one of its own, without end and without the key."""

    def __init__(self, scope: Unit, construct_id: str, *, name: str, key: Key) -> None:
        super().__init__(scope, construct_id)
        group = Resource(
            self,
            "Group",
            type="AWS::Logs::LogGroup",
            properties={
                "LogGroupName": name,
                "KmsKeyId": key.arn,
                "RetentionInDays": _DAYS,
                "Tags": self.stack.resource_tags,
            },
        )
        group.apply_removal_policy(RemovalPolicy.DESTROY)
        self.name = group.identity_within
