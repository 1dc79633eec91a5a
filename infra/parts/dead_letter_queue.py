"""The dead-letter queue: events and schedules that could not be delivered wait in it to be looked at."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.iam.arns import Place
from infra.iam.resource_policies import keep_undelivered_events
from infra.parts.alarm import MINUTES, Alarm
from infra.settings.names import Names

_DAYS_KEPT = 14  # the longest that SQS offers


class DeadLetterQueue(sqs.Queue):
    """Schedules and functions send with their roles; rules have none, and are let in here.

    CloudFormation names it: SQS creates no queue by the name of one that was deleted less than a minute ago, as happens where a
    project is destroyed and deployed in a row. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, names: Names, place: Place, key: kms.IKey, topic: sns.ITopic
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=Duration.days(_DAYS_KEPT),
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.add_to_resource_policy(keep_undelivered_events(place, names, queue_arn=self.queue_arn))
        Alarm(
            self,
            "Alarm",
            name=names.undelivered,
            description=(
                f"{names.project}: something did not happen. Each message in the dead-letter queue is an event or a due time "
                "that could not be delivered, or that a function failed on each time; its attributes say why. The queue's "
                f"URL is the output UndeliveredQueueUrl of the stack {names.project}-foundation. Fix the cause, then delete it."
            ),
            metric=self.metric_approximate_number_of_messages_visible(
                statistic="Maximum", period=Duration.minutes(MINUTES)
            ),
            topic=topic,
        )
