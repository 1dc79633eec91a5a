"""An alarm of CloudWatch's that tells people by itself, on the topic of the notices: past the function that writes these."""

from __future__ import annotations

from dataclasses import dataclass

from infra.parts.resource import Resource
from infra.parts.unit import Unit
from infra.settings.names import Names


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What is looked at, and what people are told in the alarm's description."""

    name: str
    namespace: str
    metric: str
    dimension: tuple[str, object]
    statistic: str
    description: str


class Alarm(Unit):
    """From the first datapoint above nought; no news is good news.

    The topic's and the key's own policies let CloudWatch in (`topic.py`, `key_policy.py`).
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """

    def __init__(self, scope: Unit, construct_id: str, *, watch: Watch, names: Names) -> None:
        super().__init__(scope, construct_id)
        dimension, value = watch.dimension
        Resource(
            self,
            "Resource",
            type="AWS::CloudWatch::Alarm",
            properties={
                "AlarmName": watch.name,
                "AlarmDescription": watch.description,
                "Namespace": watch.namespace,
                "MetricName": watch.metric,
                "Dimensions": [{"Name": dimension, "Value": value}],
                "Statistic": watch.statistic,
                "Period": 300,
                "EvaluationPeriods": 1,
                "Threshold": 0,
                "ComparisonOperator": "GreaterThanThreshold",
                "TreatMissingData": "notBreaching",
                "AlarmActions": [self.stack.place.arn("sns", names.notices)],
                "Tags": self.stack.resource_tags,
            },
        )
