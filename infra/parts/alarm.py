"""An alarm that publishes to the topic of the notices by itself, past the function that writes these."""

from __future__ import annotations

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

MINUTES = 5
"""a period of each metric that is watched"""


class Alarm(cloudwatch.Alarm):
    """From the first datapoint above zero; missing data counts as zero.

    The topic's and the key's own policies let CloudWatch publish (`infra.iam.resource_policies`).
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        description: str,
        metric: cloudwatch.IMetric,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            alarm_name=name,
            alarm_description=description,
            metric=metric,
            evaluation_periods=1,
            threshold=0,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        self.add_alarm_action(actions.SnsAction(topic))
