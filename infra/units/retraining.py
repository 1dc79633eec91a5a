"""The weekly schedule that starts the SageMaker pipeline; what is done on unchanged data, a setting says."""

from __future__ import annotations

import json

from infra.parts.function import Function, Program
from infra.parts.own_schedules import schedule_variables
from infra.parts.resource import Resource
from infra.parts.unit import ProjectStack, Unit
from infra.settings import RetrainingSettings
from infra.units.foundation import Foundation

_TIME = "<aws.scheduler.scheduled-time>"  # filled in by Scheduler, the same for all attempts
CACHE_KEY = "CacheKey"  # model-build's parameter: a step is reused by runs with the same key and the same data
_WAIT_MINUTES = 15  # whoever waits for a run's end looks again after one of these, or two


class Retraining(Unit):
    """A start that fails is tried again for an hour; then it waits in the queue of the undelivered for a person."""

    def __init__(
        self, scope: ProjectStack, construct_id: str, *, foundation: Foundation, settings: RetrainingSettings
    ) -> None:
        super().__init__(scope, construct_id)
        self._foundation, self._reuses = foundation, settings.on_unchanged_data == "reuse"
        names = foundation.names
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
                "FlexibleTimeWindow": _window(settings.flexible_minutes),
                "State": "ENABLED",
                "Target": {
                    **self._function(settings),
                    "RetryPolicy": {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10},
                    "DeadLetterConfig": {"Arn": foundation.undelivered.arn},
                },
            },
        )

    def _function(self, settings: RetrainingSettings) -> dict[str, object]:
        """A function, which looks whether there is a pipeline yet and what is under way, and then sends the request."""
        function = Function(
            self,
            "Function",
            program=Program("retraining", self._variables(settings)),
            role=self._foundation.roles.retraining,
            foundation=self._foundation,
        )
        timer = self._foundation.roles.timer.arn
        return {"Arn": function.arn_within, "RoleArn": timer, "Input": json.dumps({"start": self._request()})}

    def _variables(self, settings: RetrainingSettings) -> dict[str, str]:
        variables = {"WHILE_RUNNING": settings.while_running}
        if not settings.queues:
            return variables
        schedules = schedule_variables(self._foundation, name=self._foundation.names.retraining)
        return variables | {"WAIT_SECONDS": str(60 * _WAIT_MINUTES)} | schedules

    def _request(self) -> dict[str, object]:
        """Of StartPipelineExecution: the token makes one run of all attempts, a key of its own passes the step cache by.

        https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
        """
        return {
            "PipelineName": self._foundation.names.sagemaker_pipeline,
            "PipelineExecutionDescription": f"retraining of {_TIME}",
            **({} if self._reuses else {"PipelineParameters": [{"Name": CACHE_KEY, "Value": f"as of {_TIME}"}]}),
            "ClientRequestToken": f"retraining-as-scheduled-{_TIME}",  # 32 characters at least
        }


def _window(minutes: int) -> dict[str, object]:
    """Scheduler takes no window of no minutes: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_FlexibleTimeWindow.html"""
    return {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes} if minutes else {"Mode": "OFF"}
