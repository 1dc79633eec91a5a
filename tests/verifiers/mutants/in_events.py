"""Faults in rules and their targets: nothing happens, or something happens for the wrong event."""

from __future__ import annotations

from tests.verifiers.assembly import Assembly
from tests.verifiers.mutants.mutant import Mutant, drop, properties, put, remove, statement

RULE = "AWS::Events::Rule"
VERSIONS = "-notices-versions"
DECISION, ARRIVAL, PUSH = "-decisions", "-data-arrival", "-model-build-push"
APPROVALS = "EventPattern.detail.ModelApprovalStatus"


def _underscore(assembly: Assembly) -> None:
    pattern = properties(assembly, RULE, DECISION)["EventPattern"]
    pattern["detail_type"] = pattern.pop("detail-type")


def _no_right_to_start(assembly: Assembly) -> None:
    statement(assembly, "Events", "StartThePipelines")["Action"] = "codepipeline:GetPipeline"


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
        "nobody is told of a version that waits for its approval",
        put(RULE, VERSIONS, "State", "DISABLED"),
        "event-lost",
    ),
    Mutant(
        "people are told of every group's versions",
        drop(RULE, VERSIONS, "EventPattern.detail.ModelPackageGroupName"),
        "event-strays",
    ),
    Mutant(
        "people are told of a version before it is complete",
        drop(RULE, VERSIONS, "EventPattern.detail.ModelPackageStatus"),
        "event-strays",
    ),
    Mutant(
        "a failed smoke test is told by nobody",
        put(RULE, "-notices-actions", "EventPattern.detail.type", {"provider": [{"anything-but": ["CodeBuild"]}]}),
        "event-lost",
    ),
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
        remove("AWS::SQS::QueuePolicy", "DeadLetterQueue"),
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
)
