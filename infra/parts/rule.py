"""An EventBridge rule with its one target, which is tried again for a while; an event that still fails is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jsii
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.interfaces.aws_events import IRuleRef
from constructs import Construct

_RETRIES = 10
_SECONDS = 3600


@jsii.implements(events.IRuleTarget)
class _Target:
    """What is called by its ARN.

    The targets of aws_events_targets write a statement for the rule into the policy of the dead-letter queue. The queue is in
    the stack on which this one depends, which would then depend on this one; its policy lets all rules of the project in.
    """

    def __init__(self, arn: str, *, role: iam.IRole | None, dead_letter_queue: sqs.IQueue) -> None:
        self._arn, self._role, self._queue = arn, role, dead_letter_queue

    def bind(self, rule: IRuleRef, id: str | None = None) -> events.RuleTargetConfig:  # noqa: A002, ARG002 (the CDK's names)
        return events.RuleTargetConfig(
            arn=self._arn,
            role=self._role,
            retry_policy=events.CfnRule.RetryPolicyProperty(
                maximum_event_age_in_seconds=_SECONDS, maximum_retry_attempts=_RETRIES
            ),
            dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=self._queue.queue_arn),
        )


class Rule(events.Rule):
    """On the default bus. Targets that are no functions need a role to be started with."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        pattern: events.EventPattern,
        dead_letter_queue: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id, rule_name=name, event_pattern=pattern)
        self._dead_letter_queue = dead_letter_queue

    def starts(self, target_arn: str, *, role: iam.IRole) -> None:
        self.add_target(_Target(target_arn, role=role, dead_letter_queue=self._dead_letter_queue))

    def invokes(self, function: lambda_.Function) -> None:
        self.add_target(_Target(function.function_arn, role=None, dead_letter_queue=self._dead_letter_queue))
        function.add_permission(
            f"{self.node.id}Permission",
            principal=iam.ServicePrincipal("events.amazonaws.com"),
            source_arn=self.rule_arn,
        )


def pattern(
    source: str, detail_type: str, detail: Mapping[str, object], *, resources: Sequence[str] | None = None
) -> events.EventPattern:
    return events.EventPattern(
        source=[source],
        detail_type=[detail_type],
        detail=detail,
        resources=None if resources is None else [*resources],
    )
