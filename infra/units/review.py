"""The function that looks at production's change set before a person is asked to approve it."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.iam.arns import ForeignRoles, ProjectArns
from infra.parts.function import Function, FunctionDefaults
from infra.settings import Settings

_SECONDS = 150  # it waits for the reconciler's function, which has two minutes


class Review(Construct):
    """Invoked by the deploy pipeline, and by nothing else."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        arns: ProjectArns,
        role: iam.IRole,
        functions: FunctionDefaults,
    ) -> None:
        super().__init__(scope, construct_id)
        names, production = settings.names, settings.production
        environment = {
            "DECISIONS_FUNCTION_NAME": names.reconciler,
            "STAGE_NAME": production.name,
            "STACK_NAME": names.endpoint(production.name),
        }
        if production.account is not None:
            environment["STAGE_ROLE_ARN"] = ForeignRoles.of(production, arns=arns).reviewer
        self.function = Function(
            self, "Function", package="review", role=role, environment=environment, defaults=functions, seconds=_SECONDS
        )
