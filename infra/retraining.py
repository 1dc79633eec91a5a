"""The weekly schedule that starts the SageMaker pipeline, whether anything has changed or not."""

from __future__ import annotations

from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.foundation import Foundation
from infra.settings import RetrainingSettings


class Retraining(Construct):
    """A start that fails is tried again for an hour; then it waits in the queue of the undelivered for a person."""

    def __init__(
        self, scope: Construct, construct_id: str, *, foundation: Foundation, settings: RetrainingSettings
    ) -> None:
        super().__init__(scope, construct_id)
        names, properties = foundation.names, scheduler.CfnSchedule
        scheduler.CfnSchedule(
            self,
            "Schedule",
            name=names.retraining,
            group_name=foundation.schedules.name,
            description="Trains anew with the data that is there",
            schedule_expression=f"cron({settings.cron})",
            schedule_expression_timezone=settings.time_zone,
            flexible_time_window=properties.FlexibleTimeWindowProperty(
                mode="FLEXIBLE", maximum_window_in_minutes=settings.flexible_minutes
            ),
            state="ENABLED",
            target=properties.TargetProperty(
                arn=foundation.ground.sagemaker("pipeline", names.sagemaker_pipeline),
                role_arn=foundation.roles.retraining.role_arn,
                sage_maker_pipeline_parameters=properties.SageMakerPipelineParametersProperty(),
                retry_policy=properties.RetryPolicyProperty(
                    maximum_event_age_in_seconds=3600, maximum_retry_attempts=10
                ),
                dead_letter_config=properties.DeadLetterConfigProperty(arn=foundation.undelivered.queue_arn),
            ),
        )
