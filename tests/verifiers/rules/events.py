"""Event patterns: each takes a recorded event and refuses its near misses; EventBridge deploys any pattern and stays silent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from moto.events.exceptions import InvalidEventPatternException
from moto.events.models import EventPattern

from tests.verifiers.assembly import Assembly, Finding, Resource
from tests.verifiers.samples import deliveries as deliveries_of

KEYS = {"source", "detail-type", "detail", "account", "region", "resources", "id", "time", "version"}
# What each service really emits (https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html and its service pages).
DETAIL_TYPES = {
    "aws.sagemaker": {
        "SageMaker Model Package State Change",
        "SageMaker Model Building Pipeline Execution Status Change",
        "SageMaker Model Building Pipeline Execution Step Status Change",
        "SageMaker Endpoint State Change",
        "SageMaker Training Job State Change",
        "SageMaker Transform Job State Change",
    },
    "aws.s3": {"Object Created", "Object Deleted"},
    "aws.codebuild": {"CodeBuild Build State Change", "CodeBuild Build Phase Change"},
    "aws.codecommit": {"CodeCommit Repository State Change", "CodeCommit Pull Request State Change"},
    "aws.codepipeline": {
        "CodePipeline Pipeline Execution State Change",
        "CodePipeline Stage Execution State Change",
        "CodePipeline Action Execution State Change",
    },
    "aws.cloudwatch": {"CloudWatch Alarm State Change"},
    "aws.cloudformation": {"CloudFormation Stack Status Change"},
}


def patterns(assembly: Assembly) -> list[tuple[Resource, Mapping[str, Any]]]:
    rules = [(rule, rule.properties.get("EventPattern")) for rule in assembly.of("AWS::Events::Rule")]
    return [(rule, pattern) for rule, pattern in rules if pattern is not None]


def shape(assembly: Assembly) -> Iterator[Finding]:
    """The keys are an event's, their values lists, and the service emits such events."""
    for rule, pattern in patterns(assembly):
        for key, value in pattern.items():
            if key not in KEYS:
                yield rule.found("event-pattern-key", f"events have no {key}")
            elif not isinstance(value, list if key != "detail" else dict):
                yield rule.found("event-pattern-key", f"{key} holds a list of values, here {value!r}")
        if not pattern.get("source") or not pattern.get("detail-type"):
            yield rule.found("event-pattern-open", "the pattern names no source or no detail-type")
        for source in pattern.get("source", []):
            for kind in pattern.get("detail-type", []):
                if kind not in DETAIL_TYPES.get(source, set()):
                    yield rule.found("event-detail-type", f"{source} emits no {kind!r}")


def takes(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """A pattern that EventBridge would refuse takes nothing; `shape` says what is wrong with it."""
    compiled = _compiled(json.dumps(pattern, sort_keys=True))
    return compiled is not None and bool(compiled.matches_event(json.loads(json.dumps(event))))


@cache
def _compiled(pattern: str) -> EventPattern | None:
    try:
        return EventPattern.load(pattern)
    except InvalidEventPatternException:
        return None


def receivers(assembly: Assembly, event: Mapping[str, Any]) -> set[str]:
    """The ARNs of all targets that the event reaches."""
    return {
        target["Arn"]
        for rule, pattern in patterns(assembly)
        if rule.properties.get("State", "ENABLED") == "ENABLED" and takes(pattern, event)
        for target in rule.properties.get("Targets", [])
    }


def deliveries(assembly: Assembly) -> Iterator[Finding]:
    """Each recorded event reaches whom it is for, and no near miss of it does (samples.py)."""
    for delivery in deliveries_of(assembly):
        reached = any(arn.endswith(delivery.receiver) for arn in receivers(assembly, delivery.event))
        if reached != delivery.reaches:
            check = "event-lost" if delivery.reaches else "event-strays"
            yield Finding(
                check, delivery.receiver, f"{delivery.sentence}: {'not ' * delivery.reaches}so in the templates"
            )


def unsampled(assembly: Assembly) -> Iterator[Finding]:
    """A rule that takes none of the recorded events would stay silent in AWS too, or has no sample yet."""
    for rule, pattern in patterns(assembly):
        if not any(takes(pattern, delivery.event) for delivery in deliveries_of(assembly)):
            yield rule.found(
                "event-unsampled", "the pattern takes none of the recorded events (tests/verifiers/samples.py)"
            )
