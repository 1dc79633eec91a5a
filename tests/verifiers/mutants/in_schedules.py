"""Faults in schedules: they never start, start something else, or fail in silence."""

from __future__ import annotations

from tests.verifiers.assembly import Assembly
from tests.verifiers.mutants.mutant import Mutant, drop, put, trust

SCHEDULE = "AWS::Scheduler::Schedule"


def _other_service(assembly: Assembly) -> None:
    trust(assembly, "Retraining")["Principal"] = {"Service": "events.amazonaws.com"}


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
)
