"""The function that looks at production's change set before a person is asked to approve it."""

from __future__ import annotations

from infra.iam.stage_roles import ForeignRoles
from infra.parts.function import Function, Program
from infra.parts.unit import ProjectStack, Unit
from infra.settings import Stage
from infra.units.foundation import Foundation

_SECONDS = 150  # it waits for the reconciler's function, which has two minutes


class Review(Unit):
    """Invoked by the deploy pipeline, and by nobody else."""

    def __init__(self, scope: ProjectStack, construct_id: str, *, foundation: Foundation, production: Stage) -> None:
        super().__init__(scope, construct_id)
        names = foundation.names
        variables = {
            "DECISIONS_FUNCTION_NAME": names.reconciler,
            "STAGE_NAME": production.name,
            "STACK_NAME": names.endpoint(production.name),
        }
        if production.account is not None:
            variables["STAGE_ROLE_ARN"] = ForeignRoles.of(production, ground=foundation.ground).reviewer
        self.function = Function(
            self,
            "Function",
            program=Program("review", variables, seconds=_SECONDS),
            role=foundation.roles.review,
            foundation=foundation,
        )
