"""The one key for everything that is stored; it outlives its stack, as does what it encrypts."""

from __future__ import annotations

from aws_cdk import RemovalPolicy

from infra.iam.statements import Statements, document
from infra.parts.resource import Resource
from infra.parts.unit import Unit
from infra.settings.names import Names


class Key(Unit):
    """Rotated each year by KMS."""

    def __init__(self, scope: Unit, construct_id: str, *, names: Names, statements: Statements) -> None:
        super().__init__(scope, construct_id)
        properties = {
            "EnableKeyRotation": True,
            "KeyPolicy": document(statements),
            "Tags": self.stack.resource_tags,
        }
        key = Resource(self, "Resource", type="AWS::KMS::Key", properties=properties)
        key.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        self.arn = key.arn
        Resource(
            Unit(self, "Alias"),
            "Resource",
            type="AWS::KMS::Alias",
            properties={"AliasName": f"alias/{names.project}", "TargetKeyId": self.arn},
        )
