"""The topic of the notices, encrypted, and published to over TLS alone."""

from __future__ import annotations

from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.iam.arns import Place
from infra.iam.resource_policies import publish_alarms
from infra.settings import Settings


class Topic(sns.Topic):
    """People subscribe to it, by hand or by the setting `noticesEmail`."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, place: Place, key: kms.IKey) -> None:
        names = settings.names
        super().__init__(scope, construct_id, topic_name=names.notices, master_key=key, enforce_ssl=True)
        self.add_to_resource_policy(publish_alarms(place, names, topic_arn=self.topic_arn))
        if settings.notices_email:
            protocol, address = sns.SubscriptionProtocol.EMAIL, settings.notices_email
            sns.Subscription(self, "Email", topic=self, protocol=protocol, endpoint=address)
