"""The weekly schedule that starts the SageMaker pipeline; what is done on unchanged data, a setting says."""

from __future__ import annotations

from aws_cdk import Duration, TimeZone
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from constructs import Construct

from infra.parts.function import Function, FunctionDefaults
from infra.settings import RetrainingSettings

_TIME = "<aws.scheduler.scheduled-time>"  # filled in by Scheduler, the same for all attempts
CACHE_KEY = "CacheKey"  # model-build's parameter: a step is reused by runs with the same key and the same data
_WAIT_MINUTES = 15  # a start that waits for a run's end looks again after one of these, or two
_RETRIES = 10


class Retraining(Construct):
    """A start that fails is tried again for an hour; then it waits in the dead-letter queue for a person."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: RetrainingSettings,
        role: iam.IRole,
        timer: iam.IRole,
        functions: FunctionDefaults,
    ) -> None:
        """The schedule invokes a function, which looks for the pipeline and for what is executing, and then sends the request.

        `timer` is the role of the schedule, and of those that the function sets.
        """
        super().__init__(scope, construct_id)
        names = functions.names
        environment = {"WHILE_RUNNING": settings.while_running}
        if settings.queues:
            environment["WAIT_SECONDS"] = str(60 * _WAIT_MINUTES)
            environment |= functions.own_schedules(names.retraining, role=timer)
        function = Function(
            self, "Function", package="retraining", role=role, environment=environment, defaults=functions
        )
        self._schedule(settings, function, timer=timer, functions=functions)

    def _schedule(
        self, settings: RetrainingSettings, function: Function, *, timer: iam.IRole, functions: FunctionDefaults
    ) -> None:
        names, expression = functions.names, f"cron({settings.cron})"
        request = _request(names.sagemaker_pipeline, reuses=settings.on_unchanged_data == "reuse")
        scheduler.Schedule(
            self,
            "Schedule",
            schedule_name=names.retraining,
            schedule_group=scheduler.ScheduleGroup.from_schedule_group_name(self, "Group", names.schedule_group),
            description="Trains again with the data that is there",
            schedule=scheduler.ScheduleExpression.expression(expression, TimeZone.of(settings.time_zone)),
            time_window=_window(settings.flexible_minutes),
            target=targets.LambdaInvoke(
                function,
                role=timer,
                input=scheduler.ScheduleTargetInput.from_object({"start": request}),
                max_event_age=Duration.hours(1),
                retry_attempts=_RETRIES,
                dead_letter_queue=functions.dead_letter_queue,
            ),
        )


def _request(pipeline: str, *, reuses: bool) -> dict[str, object]:
    """Of StartPipelineExecution: the token makes one run of all attempts, a key of its own passes the step cache by.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
    """
    return {
        "PipelineName": pipeline,
        "PipelineExecutionDescription": f"retraining of {_TIME}",
        **({} if reuses else {"PipelineParameters": [{"Name": CACHE_KEY, "Value": f"as of {_TIME}"}]}),
        "ClientRequestToken": f"retraining-as-scheduled-{_TIME}",  # 32 characters at least
    }


def _window(minutes: int) -> scheduler.TimeWindow:
    """Scheduler takes no window of no minutes: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_FlexibleTimeWindow.html"""
    return scheduler.TimeWindow.flexible(Duration.minutes(minutes)) if minutes else scheduler.TimeWindow.off()
