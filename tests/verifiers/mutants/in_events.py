"""Faults in rules, schedules and their targets: nothing happens, or something happens for the wrong event."""

from __future__ import annotations

from tests.verifiers.assembly import Assembly
from tests.verifiers.mutants.mutant import Mutant, drop, properties, put, remove, statement, trust

RULE, SCHEDULE = "AWS::Events::Rule", "AWS::Scheduler::Schedule"
DECISION, ARRIVAL, PUSH = "-reconciler", "-data-arrival", "-model-build"
APPROVALS = "EventPattern.detail.ModelApprovalStatus"


def _underscore(assembly: Assembly) -> None:
    pattern = properties(assembly, RULE, DECISION)["EventPattern"]
    pattern["detail_type"] = pattern.pop("detail-type")


def _no_right_to_start(assembly: Assembly) -> None:
    statement(assembly, "Events", "StartThePipelines")["Action"] = "codepipeline:GetPipeline"


def _other_service(assembly: Assembly) -> None:
    trust(assembly, "Retraining")["Principal"] = {"Service": "events.amazonaws.com"}


MUTANTS = (
    Mutant(
        "the decision's rule waits for a detail-type that nobody emits",
        put(RULE, DECISION, "EventPattern.detail-type", ["SageMaker Model State Change"]),
        "event-detail-type",
    ),
    Mutant("the decision's rule has detail_type for detail-type", _underscore, "event-pattern-key"),
    Mutant(
        "the decision's rule names aws.sagemaker as text, not in a list",
        put(RULE, DECISION, "EventPattern.source", "aws.sagemaker"),
        "event-pattern-key",
    ),
    Mutant(
        "the decision's rule takes no rejection, so nothing rolls back",
        put(RULE, DECISION, APPROVALS, ["Approved"]),
        "event-lost",
    ),
    Mutant(
        "the decision's rule also takes packages that wait for approval",
        put(RULE, DECISION, APPROVALS, ["Approved", "Rejected", "PendingManualApproval"]),
        "event-strays",
    ),
    Mutant(
        "the decision's rule takes every group",
        drop(RULE, DECISION, "EventPattern.detail.ModelPackageGroupName"),
        "event-strays",
    ),
    Mutant(
        "the decision's rule listens to another group",
        put(RULE, DECISION, "EventPattern.detail.ModelPackageGroupName", ["other"]),
        "event-lost",
    ),
    Mutant("the decision's rule is disabled", put(RULE, DECISION, "State", "DISABLED"), "event-lost"),
    Mutant("the decision's rule has no source", drop(RULE, DECISION, "EventPattern.source"), "event-pattern-open"),
    Mutant(
        "the data's rule takes every key of the bucket",
        drop(RULE, ARRIVAL, "EventPattern.detail.object"),
        "event-strays",
    ),
    Mutant(
        "the data's rule takes deletions",
        put(RULE, ARRIVAL, "EventPattern.detail-type", ["Object Created", "Object Deleted"]),
        "event-strays",
    ),
    Mutant(
        "the data's rule takes keys that end, not begin, with the prefix",
        put(RULE, ARRIVAL, "EventPattern.detail.object.key", [{"suffix": "data/"}]),
        "event-lost",
    ),
    Mutant("the push's rule takes every branch", drop(RULE, PUSH, "EventPattern.detail.referenceName"), "event-strays"),
    Mutant(
        "the push's rule has no role to start the pipeline with",
        drop(RULE, PUSH, "Targets.0.RoleArn"),
        "target-without-role",
    ),
    Mutant("the push's role may not start the pipeline", _no_right_to_start, "target-role-permission"),
    Mutant(
        "the push's rule has no dead-letter queue",
        drop(RULE, PUSH, "Targets.0.DeadLetterConfig"),
        "target-dead-letters",
    ),
    Mutant(
        "EventBridge may not put messages into the dead-letter queue",
        remove("AWS::SQS::QueuePolicy", "Undelivered"),
        "dead-letters-permission",
    ),
    Mutant(
        "the reconciler does not let its rule in", remove("AWS::Lambda::Permission", "Decision"), "target-permission"
    ),
    Mutant(
        "the reconciler lets another service in",
        put("AWS::Lambda::Permission", "Decision", "Principal", "s3.amazonaws.com"),
        "target-permission",
    ),
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
