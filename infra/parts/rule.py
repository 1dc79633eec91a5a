"""An EventBridge rule with its one target, which is tried again for a while, and kept when that does not help."""

from __future__ import annotations

from collections.abc import Mapping

from infra.parts.function import Function
from infra.parts.resource import Resource
from infra.parts.undelivered import Undelivered
from infra.parts.unit import Unit

_RETRIES = {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10}


class Rule(Unit):
    """On the default bus. Targets that are no functions need a role to be started with."""

    def __init__(
        self,
        scope: Unit,
        construct_id: str,
        *,
        name: str,
        pattern: Mapping[str, object],
        undelivered: Undelivered,
    ) -> None:
        super().__init__(scope, construct_id)
        self._name, self._pattern, self._undelivered = name, pattern, undelivered

    def starts(self, target_arn: str, *, role: Resource) -> None:
        self._rule({"Arn": target_arn, "RoleArn": role.arn})

    def invokes(self, function: Function) -> None:
        rule = self._rule({"Arn": function.arn_within})
        Resource(
            self,
            "Permission",
            type="AWS::Lambda::Permission",
            properties={
                "Action": "lambda:InvokeFunction",
                "FunctionName": function.arn_within,
                "Principal": "events.amazonaws.com",
                "SourceArn": rule.arn_within,
            },
        )

    def _rule(self, target: Mapping[str, object]) -> Resource:
        kept = {"RetryPolicy": _RETRIES, "DeadLetterConfig": {"Arn": self._undelivered.arn}}
        return Resource(
            self,
            "Rule",
            type="AWS::Events::Rule",
            properties={
                "Name": self._name,
                "EventPattern": self._pattern,
                "State": "ENABLED",
                "Targets": [{"Id": "Target", **target, **kept}],
                "Tags": self.stack.resource_tags,
            },
        )
