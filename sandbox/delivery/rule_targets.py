"""EventBridge at a rule's target: by the target's role, or, where it has none, as far as the target's own policy lets it.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html (Lambda, SNS, SQS),
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-iam-roles.html (the others need a role)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.acting import Actor, TakeOn
from sandbox.delivery import dead_letters
from sandbox.delivery.arns import Arn
from sandbox.delivery.delivery import Delivery
from sandbox.delivery.failures import Failure, RoleRefused
from sandbox.delivery.own_policy import OwnPolicy
from sandbox.delivery.retries import Exhausted
from sandbox.delivery.rule_calls import send
from sandbox.errors import ValidationError
from sandbox.identity import AccessDenied
from sandbox.store import Document

SERVICE = "events"
# Of the key behind an encrypted queue or topic, whose policy has to name EventBridge (SQS and SNS developer guides, "Key
# management", "Enable compatibility between event sources from AWS services and encrypted queues").
_ENCRYPTING = ("kms:GenerateDataKey", "kms:Decrypt")
ClientOf = Callable[[str], Any]


class Policies(Protocol):
    """Whether a resource's own policy allows a service an action."""

    def __call__(self, policy: str, *, service: str, action: str, resource: str, source_arn: str) -> bool: ...


class Forward(Protocol):
    """Hands an event on to another bus."""

    def __call__(self, record: Document, *, payload: str | None, bus_arn: str) -> None: ...


@dataclass(frozen=True, kw_only=True)
class RuleTargets:
    """The Carrier of EventBridge."""

    take_on: TakeOn
    client: ClientOf
    """of the account's root, for what a target's own policy has allowed"""
    lets_in: Policies
    forward: Forward
    queue_url: Callable[[Arn], str]

    def deliver(self, delivery: Delivery) -> None:
        send(self, delivery)

    def send_to_dlq(self, delivery: Delivery, failure: Failure, exhausted: Exhausted | None) -> bool:
        """The queue's own policy must let EventBridge in (user guide, "Using dead-letter queues to process undelivered events")."""
        queue = (delivery.target.get("DeadLetterConfig") or {}).get("Arn")
        if not queue:
            return False
        arn = Arn.parse(queue)
        self._allowed_by_queue(delivery, arn)
        letter = dead_letters.of_rule(delivery, failure, exhausted)
        self.client("sqs").send_message(QueueUrl=self.queue_url(arn), **letter)
        return True

    def actor(self, delivery: Delivery) -> Actor:
        role = delivery.target.get("RoleArn")
        if not role:
            raise ValidationError(f"{delivery.arn}: its target {delivery.target['Arn']} needs a RoleArn")
        try:
            return self.take_on(role, service=SERVICE, session=delivery.name, source_arn=delivery.arn)
        except AccessDenied as denied:
            raise RoleRefused(denied.message) from denied

    def by_role_or_policy(self, delivery: Delivery, arn: Arn, *, action: str, policy: Callable[[], OwnPolicy]) -> Any:
        """A client for the call that `action` permits."""
        if delivery.target.get("RoleArn"):
            return self.actor(delivery).client(arn.service)
        self._require(policy(), delivery, arn, action)
        return self.client(arn.service)

    def queue_policy(self, arn: Arn) -> OwnPolicy:
        url, wanted = self.queue_url(arn), ["Policy", "KmsMasterKeyId"]
        given = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=wanted).get("Attributes", {})
        return OwnPolicy(str(given.get("Policy", "")), str(given.get("KmsMasterKeyId", "")))

    def _allowed_by_queue(self, delivery: Delivery, arn: Arn) -> None:
        self._require(self.queue_policy(arn), delivery, arn, "sqs:SendMessage")

    def _require(self, own: OwnPolicy, delivery: Delivery, arn: Arn, action: str) -> None:
        self._ask(own.policy, delivery, str(arn), action)
        if own.kms_key:
            policy = self._key_policy(own.kms_key)
            for using in _ENCRYPTING:
                self._ask(policy, delivery, own.kms_key, using)

    def _key_policy(self, key: str) -> str:
        """AWS's own keys (alias/aws/...) let no service in that the account would have to name."""
        if "alias/aws/" in key:
            return ""
        return str(self.client("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"])

    def _ask(self, policy: str, delivery: Delivery, resource: str, action: str) -> None:
        if not self.lets_in(policy, service=SERVICE, action=action, resource=resource, source_arn=delivery.arn):
            raise AccessDenied(
                f"User: {SERVICE}.amazonaws.com is not authorized to perform: {action} on resource: {resource} because no "
                f"resource-based policy allows the {action} action for {delivery.arn}"
            )
