"""The topic of the notices, encrypted, and published to over TLS alone."""

from __future__ import annotations

from infra.iam.statements import Statement, allow
from infra.parts.key import Key
from infra.parts.resource import Resource
from infra.parts.resource_policy import ResourcePolicy, refuse_plain_text
from infra.parts.unit import Unit
from infra.settings.names import Names


class Topic(Unit):
    """People subscribe to it, by hand or by the setting `noticesEmail`."""

    def __init__(self, scope: Unit, construct_id: str, *, names: Names, key: Key) -> None:
        super().__init__(scope, construct_id)
        properties = {"TopicName": names.notices, "KmsMasterKeyId": key.arn, "Tags": self.stack.resource_tags}
        self.arn = Resource(self, "Resource", type="AWS::SNS::Topic", properties=properties).ref
        ResourcePolicy(
            self,
            "Policy",
            type="AWS::SNS::TopicPolicy",
            target={"Topics": [self.arn]},
            statements=[refuse_plain_text("sns:Publish", [self.arn]), self._from_alarms(names.project)],
        )

    def _from_alarms(self, project: str) -> Statement:
        """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"""
        only = {"ArnLike": {"aws:SourceArn": self.stack.place.arn("cloudwatch", f"alarm:{project}-*")}}
        statement = allow("Alarms", ["sns:Publish"], [self.arn], only)
        return statement | {"Principal": {"Service": "cloudwatch.amazonaws.com"}}
