"""How every role is made: one managed policy with its own permissions, and the Deny of approvals that every role carries."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.iam.statements import Statements, approve_nothing, document


class RoleSet(Construct):
    """The roles of one account. No inline policies, none of AWS's own, and nothing granted from elsewhere.

    What a role may do is stated where the role is made. So it is handed out without policy updates: a construct that is
    given one adds no statement to it, and `grant_*` methods of the CDK add none.
    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_iam.Role.html#withwbrpolicywbrupdatesoptions
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self._approve_nothing = self.policy(
            "ApproveNothing",
            [approve_nothing()],
            description="Carried by every role that may not approve: no version is approved by a machine",
        )

    def role(
        self,
        actor: str,
        trust: iam.IPrincipal,
        statements: Statements,
        *,
        name: str | None = None,
        refusal: iam.ManagedPolicy | None = None,
    ) -> iam.IRole:
        """A name only where another account has to know it; a refusal of its own only for the role that registers versions."""
        permissions = self.policy(f"{actor}Permissions", statements)
        policies = [permissions, refusal or self._approve_nothing]
        role = iam.Role(self, actor, role_name=name, assumed_by=trust, managed_policies=policies)
        return role.without_policy_updates()

    def policy(self, construct_id: str, statements: Statements, *, description: str | None = None) -> iam.ManagedPolicy:
        return iam.ManagedPolicy(self, construct_id, description=description, document=document(statements))
