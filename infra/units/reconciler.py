"""Brings the last decision in the registry into production: woken by each decision, and by the clock in case one is lost."""

from __future__ import annotations

from infra.iam.stage_roles import ForeignRoles
from infra.parts.function import Function, Program
from infra.parts.resource import Resource
from infra.parts.rule import Rule
from infra.parts.unit import ProjectStack, Unit
from infra.settings import Settings, Stage
from infra.settings.names import Names
from infra.units.foundation import Foundation


class Reconciler(Unit):
    """The events of SageMaker may come twice, late or never: the function looks at the registry, never at the event."""

    def __init__(self, scope: ProjectStack, construct_id: str, *, foundation: Foundation, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        names = foundation.names
        self.function = Function(
            self,
            "Function",
            program=Program("reconciler", _variables(foundation, settings.production), seconds=120),
            role=foundation.roles.reconciler,
            foundation=foundation,
        )
        self._listen(names, foundation)
        self._clock(names, foundation)

    def _listen(self, names: Names, foundation: Foundation) -> None:
        decisions = Rule(
            self,
            "Decisions",
            name=names.decisions,
            pattern={
                "source": ["aws.sagemaker"],
                "detail-type": ["SageMaker Model Package State Change"],
                "detail": {
                    "ModelPackageGroupName": [names.model_package_group],
                    "ModelApprovalStatus": ["Approved", "Rejected"],
                },
            },
            undelivered=foundation.undelivered,
        )
        decisions.invokes(self.function)

    def _clock(self, names: Names, foundation: Foundation) -> None:
        Resource(
            self,
            "Clock",
            type="AWS::Scheduler::Schedule",
            properties={
                "Name": names.reconciler,
                "GroupName": names.schedule_group,
                "ScheduleExpression": "rate(15 minutes)",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "State": "ENABLED",
                "Target": {
                    "Arn": self.function.arn_within,
                    "RoleArn": foundation.roles.timer.arn,
                    "RetryPolicy": {"MaximumRetryAttempts": 0},  # the next quarter of an hour is the retry
                    "DeadLetterConfig": {"Arn": foundation.undelivered.arn},
                },
            },
        )


def _variables(foundation: Foundation, production: Stage) -> dict[str, str]:
    names = foundation.names
    variables = {
        "MODEL_PACKAGE_GROUP_NAME": names.model_package_group,
        "DEPLOY_PIPELINE_NAME": names.model_deploy,
        "STAGE_ENDPOINT_NAME": names.endpoint(production.name),
    }
    if production.account is not None:
        variables["STAGE_ROLE_ARN"] = ForeignRoles.of(production, ground=foundation.ground).observer
    return variables
