"""Faults in schedules: they never start, start something else, or fail in silence."""

from __future__ import annotations

from tests.verifiers.assembly import Assembly
from tests.verifiers.mutants.mutant import Mutant, drop, properties, put, statement, trust

SCHEDULE, FUNCTION = "AWS::Scheduler::Schedule", "AWS::Lambda::Function"
QUEUES = "github"  # the configuration in which a retraining that falls due during a run is queued


def _other_service(assembly: Assembly) -> None:
    trust(assembly, "Timer")["Principal"] = {"Service": "events.amazonaws.com"}


def _other_request(assembly: Assembly) -> None:
    target = properties(assembly, SCHEDULE, "-retraining")["Target"]
    target["Input"] = target["Input"].replace("abalone-pipeline", "other")


def _wakes_others_only(assembly: Assembly) -> None:
    statement(assembly, "Timer", "WakeFunctions")["Resource"].pop()


MUTANTS = (
    Mutant(
        "a cron of five fields",
        put(SCHEDULE, "-retraining", "ScheduleExpression", "cron(0 6 * * MON)"),
        "schedule-expression",
    ),
    Mutant(
        "a cron with day of month and day of week",
        put(SCHEDULE, "-retraining", "ScheduleExpression", "cron(0 2 * * * *)"),
        "schedule-expression",
    ),
    Mutant(
        "a schedule in words", put(SCHEDULE, "-retraining", "ScheduleExpression", "every day"), "schedule-expression"
    ),
    Mutant(
        "a rate of `1 days`", put(SCHEDULE, "-retraining", "ScheduleExpression", "rate(1 days)"), "schedule-expression"
    ),
    Mutant(
        "hour 24", put(SCHEDULE, "-retraining", "ScheduleExpression", "cron(0 24 ? * MON *)"), "schedule-expression"
    ),
    Mutant(
        "a time zone that does not exist",
        put(SCHEDULE, "-retraining", "ScheduleExpressionTimezone", "Europe/Munich"),
        "schedule-time-zone",
    ),
    Mutant(
        "a flexible window without its length",
        drop(SCHEDULE, "-retraining", "FlexibleTimeWindow.MaximumWindowInMinutes"),
        "schedule-window",
    ),
    Mutant(
        "a flexible window of two days",
        put(SCHEDULE, "-retraining", "FlexibleTimeWindow.MaximumWindowInMinutes", 2880),
        "api-shape",
    ),
    Mutant("the schedule does not retry", drop(SCHEDULE, "-retraining", "Target.RetryPolicy"), "schedule-retries"),
    Mutant(
        "the schedule has no dead-letter queue",
        drop(SCHEDULE, "-retraining", "Target.DeadLetterConfig"),
        "schedule-dead-letters",
    ),
    Mutant("the scheduler cannot assume the schedule's role", _other_service, "target-role-trust"),
    Mutant(
        "the schedule trains another pipeline",
        put(
            SCHEDULE,
            "-retraining",
            "Target.Arn",
            {"Fn::Sub": "arn:aws:sagemaker:${AWS::Region}:${AWS::AccountId}:pipeline/other"},
        ),
        "target-pipeline",
    ),
    Mutant("the schedule's request names another pipeline", _other_request, "target-pipeline"),
    Mutant("the retraining's function is to start another pipeline", _other_request, "target-pipeline", QUEUES),
    Mutant("the scheduler may not wake the retraining", _wakes_others_only, "target-role-permission", QUEUES),
    Mutant(
        "the retraining is not told whether to queue",
        drop(FUNCTION, "-retraining", "Environment.Variables.WHILE_RUNNING"),
        "function-variable",
        QUEUES,
    ),
    Mutant(
        "a retraining that waits does so under a name that it may not use",
        put(FUNCTION, "-retraining", "Environment.Variables.SCHEDULE_NAME", "abalone-data-arrival"),
        "variable-value",
        QUEUES,
    ),
)
