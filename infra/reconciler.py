"""Brings the last decision in the registry into production: woken by each decision, and by the clock in case one is lost."""

from __future__ import annotations

from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.foundation import Foundation
from infra.function import Function, Program
from infra.rule import Rule
from infra.settings import Settings, Stage
from infra.stage_roles import ForeignRoles


class Reconciler(Construct):
    """The events of SageMaker may come twice, late or never: the function looks at the registry, never at the event."""

    def __init__(self, scope: Construct, construct_id: str, *, foundation: Foundation, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        names, roles = foundation.names, foundation.roles
        self.function = Function(
            self,
            "Function",
            program=Program("reconciler", _variables(foundation, settings.production), seconds=120),
            role=roles.reconciler,
            foundation=foundation,
        )
        decisions = Rule(
            self,
            "Decisions",
            name=f"{names.project}-decisions",
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
        scheduler.CfnSchedule(
            self,
            "Clock",
            name=names.reconciler,
            group_name=foundation.schedules.name,
            schedule_expression="rate(15 minutes)",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            state="ENABLED",
            target=scheduler.CfnSchedule.TargetProperty(
                arn=self.function.arn,
                role_arn=roles.timer.attr_arn,
                # The next quarter of an hour is the retry.
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(maximum_retry_attempts=0),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(arn=foundation.undelivered.queue_arn),
            ),
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
