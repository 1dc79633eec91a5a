"""The weekly schedule that starts the SageMaker pipeline, whether anything has changed or not."""

from __future__ import annotations

import json

from infra.foundation import Foundation
from infra.resource import Resource
from infra.settings import RetrainingSettings
from infra.unit import ProjectStack, Unit

_TIME = "<aws.scheduler.scheduled-time>"  # filled in by Scheduler, the same for all attempts


class Retraining(Unit):
    """A start that fails is tried again for an hour; then it waits in the queue of the undelivered for a person."""

    def __init__(
        self, scope: ProjectStack, construct_id: str, *, foundation: Foundation, settings: RetrainingSettings
    ) -> None:
        super().__init__(scope, construct_id)
        names = foundation.names
        start = f"arn:{self.stack.place.partition}:scheduler:::aws-sdk:sagemaker:startPipelineExecution"
        Resource(
            self,
            "Schedule",
            type="AWS::Scheduler::Schedule",
            properties={
                "Name": names.retraining,
                "GroupName": names.schedule_group,
                "Description": "Trains anew with the data that is there",
                "ScheduleExpression": f"cron({settings.cron})",
                "ScheduleExpressionTimezone": settings.time_zone,
                "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": settings.flexible_minutes},
                "State": "ENABLED",
                "Target": {
                    "Arn": start,
                    "RoleArn": foundation.roles.retraining.arn,
                    "Input": json.dumps(_request(names.sagemaker_pipeline)),
                    "RetryPolicy": {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10},
                    "DeadLetterConfig": {"Arn": foundation.undelivered.arn},
                },
            },
        )


def _request(pipeline: str) -> dict[str, object]:
    """Of StartPipelineExecution: the token makes one run of all attempts, the version passes the step cache by.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    """
    return {
        "PipelineName": pipeline,
        "PipelineExecutionDescription": f"retraining of {_TIME}",
        "PipelineParameters": [{"Name": "DataVersion", "Value": f"as of {_TIME}"}],
        "ClientRequestToken": f"retraining-as-scheduled-{_TIME}",  # 32 characters at least
    }
