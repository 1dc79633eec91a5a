"""How every role is made: its own permissions in one managed policy, and beside it the Deny that no role is without."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.statements import Statement, Statements, approve_nothing, document


class RoleSet(Construct):
    """The roles of one account. No inline policies, none of AWS's own, nothing granted from elsewhere."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self._approve_nothing = iam.CfnManagedPolicy(
            self,
            "ApproveNothing",
            description="Carried by every role: no version is approved by a machine",
            policy_document=document([approve_nothing()]),
        )

    def role(self, actor: str, trust: Statement, statements: Statements, *, name: str | None = None) -> iam.CfnRole:
        """A name only where another account has to know it."""
        permissions = iam.CfnManagedPolicy(self, f"{actor}Permissions", policy_document=document(statements))
        return iam.CfnRole(
            self,
            actor,
            role_name=name,
            assume_role_policy_document=document([trust]),
            managed_policy_arns=[permissions.ref, self._approve_nothing.ref],
        )
