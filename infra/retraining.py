"""The weekly schedule that starts the SageMaker pipeline, whether anything has changed or not."""

from __future__ import annotations

import json

from aws_cdk import Aws
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.foundation import Foundation
from infra.settings import RetrainingSettings

_TIME = "<aws.scheduler.scheduled-time>"  # filled in by Scheduler, the same for all attempts


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
                arn=f"arn:{Aws.PARTITION}:scheduler:::aws-sdk:sagemaker:startPipelineExecution",
                role_arn=foundation.roles.retraining.attr_arn,
                input=json.dumps(_start(names.sagemaker_pipeline)),
                retry_policy=properties.RetryPolicyProperty(
                    maximum_event_age_in_seconds=3600, maximum_retry_attempts=10
                ),
                dead_letter_config=properties.DeadLetterConfigProperty(arn=foundation.undelivered.queue_arn),
            ),
        )


def _start(pipeline: str) -> dict[str, object]:
    """The request of StartPipelineExecution: the token makes one run of all attempts, the version passes the step cache by.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    """
    return {
        "PipelineName": pipeline,
        "PipelineExecutionDescription": f"retraining of {_TIME}",
        "PipelineParameters": [{"Name": "DataVersion", "Value": f"as of {_TIME}"}],
        "ClientRequestToken": f"retraining-as-scheduled-{_TIME}",  # 32 characters at least
    }
