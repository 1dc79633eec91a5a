"""Brings the last decision in the registry into production: invoked for each decision, and by a schedule in case one is lost."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from constructs import Construct

from infra.iam.arns import ForeignRoles, ProjectArns
from infra.parts.function import Function, FunctionDefaults
from infra.parts.rule import Rule, pattern
from infra.settings import Settings

_SECONDS = 120
_EVERY_MINUTES = 15


class Reconciler(Construct):
    """The events of SageMaker may come twice, late or never: the function looks at the registry, never at the event."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        arns: ProjectArns,
        role: iam.IRole,
        timer: iam.IRole,
        functions: FunctionDefaults,
    ) -> None:
        """`timer` is the schedule's role."""
        super().__init__(scope, construct_id)
        environment = _environment(settings, arns)
        self.function = Function(
            self,
            "Function",
            package="reconciler",
            role=role,
            environment=environment,
            defaults=functions,
            seconds=_SECONDS,
        )
        self._on_decisions(functions)
        self._on_schedule(functions, timer)

    def _on_decisions(self, functions: FunctionDefaults) -> None:
        names = functions.names
        decided = {
            "ModelPackageGroupName": [names.model_package_group],
            "ModelApprovalStatus": ["Approved", "Rejected"],
        }
        decisions = Rule(
            self,
            "Decisions",
            name=names.decisions,
            pattern=pattern("aws.sagemaker", "SageMaker Model Package State Change", decided),
            dead_letter_queue=functions.dead_letter_queue,
        )
        decisions.invokes(self.function)

    def _on_schedule(self, functions: FunctionDefaults, timer: iam.IRole) -> None:
        names = functions.names
        scheduler.Schedule(
            self,
            "Clock",
            schedule_name=names.reconciler,
            schedule_group=scheduler.ScheduleGroup.from_schedule_group_name(self, "Group", names.schedule_group),
            schedule=scheduler.ScheduleExpression.rate(Duration.minutes(_EVERY_MINUTES)),
            target=targets.LambdaInvoke(
                self.function,
                role=timer,
                retry_attempts=0,  # the next due time is the retry
                dead_letter_queue=functions.dead_letter_queue,
            ),
        )


def _environment(settings: Settings, arns: ProjectArns) -> dict[str, str]:
    names, production = settings.names, settings.production
    environment = {
        "MODEL_PACKAGE_GROUP_NAME": names.model_package_group,
        "DEPLOY_PIPELINE_NAME": names.model_deploy,
        "STAGE_ENDPOINT_NAME": names.endpoint(production.name),
    }
    if production.account is not None:
        environment["STAGE_ROLE_ARN"] = ForeignRoles.of(production, arns=arns).observer
    return environment
