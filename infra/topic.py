"""The topic of the notices, encrypted, and published to over TLS alone."""

from __future__ import annotations

from infra.key import Key
from infra.resource import Resource
from infra.resource_policy import ResourcePolicy, refuse_plain_text
from infra.unit import Unit


class Topic(Unit):
    """People subscribe to it, by hand or by the setting `noticesEmail`."""

    def __init__(self, scope: Unit, construct_id: str, *, name: str, key: Key) -> None:
        super().__init__(scope, construct_id)
        properties = {"TopicName": name, "KmsMasterKeyId": key.arn, "Tags": self.stack.resource_tags}
        self.arn = Resource(self, "Resource", type="AWS::SNS::Topic", properties=properties).ref
        ResourcePolicy(
            self,
            "Policy",
            type="AWS::SNS::TopicPolicy",
            target={"Topics": [self.arn]},
            statements=[refuse_plain_text("sns:Publish", [self.arn])],
        )
