"""How every role is made: its own permissions in one managed policy, and beside it the Deny that no role is without."""

from __future__ import annotations

from aws_cdk import PhysicalName
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.statements import Statements, approve_nothing


class RoleSet(Construct):
    """The roles of one account. No inline policies, none of AWS's own, nothing granted from elsewhere."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self._approve_nothing = iam.ManagedPolicy(
            self,
            "ApproveNothing",
            description="Carried by every role: no version is approved by a machine",
            statements=[approve_nothing()],
        )

    def role(
        self, actor: str, principal: iam.IPrincipal, statements: Statements, *, name: str | None = None
    ) -> iam.Role:
        """Without a name it gets one only where a role of another account has to know it."""
        permissions = iam.ManagedPolicy(self, f"{actor}Permissions", statements=statements)
        return iam.Role(
            self,
            actor,
            role_name=name or PhysicalName.GENERATE_IF_NEEDED,
            assumed_by=principal,
            managed_policies=[permissions, self._approve_nothing],
        )
