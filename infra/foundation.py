"""What everything else stands on: storage, registry, topic, queue, roles."""

from __future__ import annotations

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.git_host import GitHost
from infra.ground import HomeGround, Place
from infra.registry import Registry
from infra.roles import Roles
from infra.settings import Settings
from infra.stage_access import open_to
from infra.storage import Storage


class Foundation(Construct):
    """Made first, and removed last."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, git_host: GitHost) -> None:
        super().__init__(scope, construct_id)
        self.names = settings.names
        self.storage = Storage(self, "Storage", names=self.names)
        self.registry = Registry(self, "Registry", settings=settings)
        self.topic = self._topic(settings.notices_email)
        self.undelivered = self._queue()
        self.schedules = scheduler.CfnScheduleGroup(self, "Schedules", name=self.names.schedule_group)
        self.ground = HomeGround(
            place=Place.of(Stack.of(self)),
            names=self.names,
            artifacts_arn=self.storage.artifacts.bucket_arn,
            key_arn=self.storage.key.key_arn,
            versions_arn=self.registry.versions_arn,
            data_arn=self.storage.data.bucket_arn,
            topic_arn=self.topic.topic_arn,
            undelivered_arn=self.undelivered.queue_arn,
        )
        open_to(settings.foreign_stages, storage=self.storage, names=self.names)
        self.roles = Roles(self, "Roles", ground=self.ground, settings=settings, git_host=git_host)
        for name, value in self._outputs().items():
            CfnOutput(self, name, value=value).override_logical_id(name)

    def _topic(self, email: str | None) -> sns.Topic:
        topic = sns.Topic(self, "Topic", topic_name=self.names.notices, master_key=self.storage.key, enforce_ssl=True)
        if email:
            sns.Subscription(self, "Email", topic=topic, protocol=sns.SubscriptionProtocol.EMAIL, endpoint=email)
        return topic

    def _queue(self) -> sqs.Queue:
        """Events and schedules that could not be delivered wait here to be looked at."""
        queue = sqs.Queue(
            self,
            "Undelivered",
            queue_name=self.names.undelivered,
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=self.storage.key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
            removal_policy=RemovalPolicy.DESTROY,
        )
        rules = Place.of(Stack.of(self)).arn("events", f"rule/{self.names.project}-*")
        queue.add_to_resource_policy(
            iam.PolicyStatement(
                sid="UndeliveredEvents",
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[queue.queue_arn],
                conditions={"ArnLike": {"aws:SourceArn": rules}},
            )
        )
        return queue

    def _outputs(self) -> dict[str, str]:
        return {
            "DataBucketName": self.storage.data.bucket_name,
            "ArtifactBucketName": self.storage.artifacts.bucket_name,
            "ModelPackageGroupName": self.names.model_package_group,
            "NoticesTopicArn": self.topic.topic_arn,
            "ApproverPolicyArn": self.roles.approver.ref,
        }
