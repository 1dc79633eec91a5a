"""The queue in which events and schedules that could not be delivered wait to be looked at."""

from __future__ import annotations

from aws_cdk import RemovalPolicy

from infra.iam.statements import Statement, allow
from infra.parts.alarm import Alarm, Watch
from infra.parts.key import Key
from infra.parts.resource import Resource
from infra.parts.resource_policy import ResourcePolicy, refuse_plain_text
from infra.parts.unit import Unit
from infra.settings.names import Names

_SECONDS_KEPT = 14 * 24 * 60 * 60  # the longest that SQS offers


class Undelivered(Unit):
    """Schedules and functions send with their roles; rules have none, and are let in here.

    CloudFormation names it: SQS makes no queue by the name of one that was deleted less than a minute ago, as happens where a
    project is destroyed and deployed in a row. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
    """

    def __init__(self, scope: Unit, construct_id: str, *, names: Names, key: Key) -> None:
        super().__init__(scope, construct_id)
        properties = {
            "KmsMasterKeyId": key.arn,
            "MessageRetentionPeriod": _SECONDS_KEPT,
            "Tags": self.stack.resource_tags,
        }
        queue = Resource(self, "Resource", type="AWS::SQS::Queue", properties=properties)
        queue.apply_removal_policy(RemovalPolicy.DESTROY)
        self.arn, self.url = queue.arn, queue.identity
        self._alarm(queue, names)
        ResourcePolicy(
            self,
            "Policy",
            type="AWS::SQS::QueuePolicy",
            target={"Queues": [queue.identity_within]},
            statements=[refuse_plain_text("sqs:*", [self.arn]), self._from_rules(names)],
        )

    def _alarm(self, queue: Resource, names: Names) -> None:
        watch = Watch(
            name=names.undelivered,
            namespace="AWS/SQS",
            metric="ApproximateNumberOfMessagesVisible",
            dimension=("QueueName", {"Fn::GetAtt": [queue.logical_name, "QueueName"]}),
            statistic="Maximum",
            description=(
                f"{names.project}: something did not happen. Each message in the queue of the undelivered is an event or a due "
                "time that could not be delivered, or that a function failed on each time; its attributes say why. The queue's "
                f"URL is the output UndeliveredQueueUrl of the stack {names.project}-foundation. Mend the cause, then delete it."
            ),
        )
        Alarm(self, "Alarm", watch=watch, names=names)

    def _from_rules(self, names: Names) -> Statement:
        """EventBridge states the rule: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html"""
        only = {"ArnLike": {"aws:SourceArn": self.stack.place.arn("events", f"rule/{names.project}-*")}}
        statement = allow("UndeliveredEvents", ["sqs:SendMessage"], [self.arn], only)
        return statement | {"Principal": {"Service": "events.amazonaws.com"}}
