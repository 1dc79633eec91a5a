"""Targets of rules and schedules: whether the call that EventBridge makes would be allowed, and where it goes when it fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.verifiers.assembly import Assembly, Finding, Resource
from tests.verifiers.roles import Role, allows, matches, principals, resource_policies, roles, trusts

# Target's service -> the action of the role that EventBridge assumes for it. Lambda, SNS and SQS ask their own policy.
ROLE_ACTION = {
    "codepipeline": "codepipeline:StartPipelineExecution",
    "sagemaker": "sagemaker:StartPipelineExecution",
    "states": "states:StartExecution",
    "codebuild": "codebuild:StartBuild",
    "events": "events:PutEvents",
}
# EventBridge Scheduler assumes a role for every target (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets.html).
SCHEDULER_ACTION = ROLE_ACTION | {"lambda": "lambda:InvokeFunction", "sqs": "sqs:SendMessage", "sns": "sns:Publish"}
UNIVERSAL = "aws-sdk:"


def targets(assembly: Assembly) -> Iterator[tuple[Resource, Mapping[str, Any]]]:
    for rule in assembly.of("AWS::Events::Rule"):
        for target in rule.properties.get("Targets", []):
            yield rule, target
    for schedule in assembly.of("AWS::Scheduler::Schedule"):
        yield schedule, schedule.properties.get("Target", {})


def service_of(arn: str) -> str:
    return arn.split(":")[2] if arn.count(":") >= 2 else ""


def permitted(assembly: Assembly) -> Iterator[Finding]:
    """Each target can be called: by the role that is assumed for it, or by the target's own policy."""
    known = {role.arn: role for role in roles(assembly)}
    for resource, target in targets(assembly):
        arn, scheduled = str(target.get("Arn", "")), resource.kind == "AWS::Scheduler::Schedule"
        action = (SCHEDULER_ACTION if scheduled else ROLE_ACTION).get(service_of(arn))
        if action is None and not (scheduled and UNIVERSAL in arn):
            yield from _by_own_policy(assembly, resource, arn)
        elif "RoleArn" not in target:
            yield resource.found("target-without-role", f"{arn} is called with a role, and none is given")
        elif target["RoleArn"] not in known:
            yield resource.found("target-role", f"{target['RoleArn']} is no role of these templates")
        else:
            service = "scheduler.amazonaws.com" if scheduled else "events.amazonaws.com"
            yield from _by_role(resource, known[target["RoleArn"]], service, action, arn)


def _by_role(resource: Resource, role: Role, service: str, action: str | None, arn: str) -> Iterator[Finding]:
    if not trusts(role, service):
        yield resource.found("target-role-trust", f"{role.name} cannot be assumed by {service}")
    if action and not allows(role.statements, action, arn):
        yield resource.found("target-role-permission", f"{role.name} may not {action} on {arn}")


def _by_own_policy(assembly: Assembly, resource: Resource, arn: str) -> Iterator[Finding]:
    if service_of(arn) == "lambda":
        permissions = [p.properties for p in assembly.of("AWS::Lambda::Permission")]
        if not any(_lets_in(permission, resource, arn) for permission in permissions):
            yield resource.found("target-permission", f"no AWS::Lambda::Permission lets {resource.name} invoke {arn}")
    elif service_of(arn) not in {"sns", "sqs", "logs"}:
        yield resource.found("target-unknown", f"no target that this template knows: {arn}")
    elif not may_be_sent_to(assembly, arn, resource.arn):
        yield resource.found(
            "target-permission", f"the policy of {arn} does not let EventBridge send for {resource.name}"
        )


def _lets_in(permission: Mapping[str, Any], rule: Resource, function: str) -> bool:
    return (
        permission.get("Action") == "lambda:InvokeFunction"
        and permission.get("FunctionName") in {function, function.rpartition(":")[2]}
        and permission.get("Principal") == "events.amazonaws.com"
        and matches([str(permission.get("SourceArn", "nothing"))], rule.arn)
    )


def may_be_sent_to(assembly: Assembly, arn: str, source: str, service: str = "events.amazonaws.com") -> bool:
    """Whether the policy of a topic or queue lets the service send there for the source."""
    for policy in resource_policies(assembly):
        for statement in policy.statements:
            condition = statement.get("Condition") or {}
            sources = [
                value
                for operands in condition.values()
                for key, given in operands.items()
                if key.lower() == "aws:sourcearn"
                for value in (given if isinstance(given, list) else [given])
            ]
            action = "sqs:SendMessage" if service_of(arn) == "sqs" else "sns:Publish"
            if service in principals(statement, "Service") and allows([statement], action, arn):
                return not sources or matches(sources, source)
    return False


def dead_letters(assembly: Assembly) -> Iterator[Finding]:
    """What a rule cannot deliver is kept, and EventBridge may put it there."""
    for rule in assembly.of("AWS::Events::Rule"):
        for target in rule.properties.get("Targets", []):
            queue = target.get("DeadLetterConfig", {}).get("Arn")
            if queue is None:
                yield rule.found(
                    "target-dead-letters",
                    f"what cannot be delivered to {target.get('Arn')} is lost: no dead-letter queue",
                )
            elif not may_be_sent_to(assembly, queue, rule.arn):
                yield rule.found("dead-letters-permission", f"{queue} does not take events' messages from {rule.name}")
