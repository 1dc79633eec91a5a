"""How every role is made: its own permissions in one managed policy, and beside it the Deny of approvals that none is without."""

from __future__ import annotations

from infra.iam.statements import Statement, Statements, approve_nothing, document
from infra.parts.resource import Resource
from infra.parts.unit import ProjectStack, Unit


class RoleSet(Unit):
    """The roles of one account. No inline policies, none of AWS's own, nothing granted from elsewhere."""

    def __init__(self, scope: ProjectStack | Unit, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self._approve_nothing = self.policy(
            "ApproveNothing",
            [approve_nothing()],
            description="Carried by every role that may not approve: no version is approved by a machine",
        )

    def role(
        self,
        actor: str,
        trust: Statement,
        statements: Statements,
        *,
        name: str | None = None,
        refusal: Resource | None = None,
    ) -> Resource:
        """A name only where another account has to know it; a refusal of its own only for who registers versions."""
        permissions = self.policy(f"{actor}Permissions", statements)
        return Resource(
            self,
            actor,
            type="AWS::IAM::Role",
            properties={
                **({"RoleName": name} if name else {}),
                "AssumeRolePolicyDocument": document([trust]),
                "ManagedPolicyArns": [permissions.identity_within, (refusal or self._approve_nothing).identity_within],
                "Tags": self.stack.resource_tags,
            },
        )

    def policy(self, construct_id: str, statements: Statements, *, description: str | None = None) -> Resource:
        told = {"Description": description} if description else {}
        properties = {**told, "PolicyDocument": document(statements)}
        return Resource(self, construct_id, type="AWS::IAM::ManagedPolicy", properties=properties)
