"""An EventBridge rule with its one target, which is tried again for a while, and kept when that does not help."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import CfnResource
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.function import Function

_RETRIES = events.CfnRule.RetryPolicyProperty(maximum_event_age_in_seconds=3600, maximum_retry_attempts=10)


class Rule(Construct):
    """On the default bus. Targets that are no functions need a role to be started with."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        pattern: Mapping[str, object],
        undelivered: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        self._name, self._pattern, self._undelivered = name, pattern, undelivered

    def starts(self, target_arn: str, *, role: iam.CfnRole) -> None:
        self._rule(target_arn, role_arn=role.attr_arn)

    def invokes(self, function: Function) -> None:
        rule = self._rule(function.arn, role_arn=None)
        CfnResource(
            self,
            "Permission",
            type="AWS::Lambda::Permission",
            properties={
                "Action": "lambda:InvokeFunction",
                "FunctionName": function.arn,
                "Principal": "events.amazonaws.com",
                "SourceArn": rule.attr_arn,
            },
        )

    def _rule(self, target_arn: str, *, role_arn: str | None) -> events.CfnRule:
        target = events.CfnRule.TargetProperty(
            arn=target_arn,
            id="Target",
            role_arn=role_arn,
            retry_policy=_RETRIES,
            dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=self._undelivered.queue_arn),
        )
        return events.CfnRule(
            self, "Rule", name=self._name, event_pattern=self._pattern, state="ENABLED", targets=[target]
        )
