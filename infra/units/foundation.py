"""What everything else stands on: storage, registry, topic, queue, roles."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import CfnOutput

from infra.iam.arns import HomeGround
from infra.iam.roles import Roles
from infra.parts.git_host import GitHost
from infra.parts.resource import Resource
from infra.parts.topic import Topic
from infra.parts.undelivered import Undelivered
from infra.parts.unit import ProjectStack, Unit
from infra.settings import Settings
from infra.units.registry import Registry
from infra.units.storage import Storage


class Foundation(Unit):
    """Made first, and removed last."""

    def __init__(
        self, scope: ProjectStack, construct_id: str, *, settings: Settings, git_host: GitHost, functions: Path
    ) -> None:
        super().__init__(scope, construct_id)
        self.names, self.functions = settings.names, functions
        self.storage = Storage(self, "Storage", settings=settings)
        self.registry = Registry(self, "Registry", settings=settings)
        self.topic = Topic(self, "Topic", names=self.names, key=self.storage.key)
        if settings.notices_email:
            self._subscribe(settings.notices_email)
        self.undelivered = Undelivered(self, "Undelivered", names=self.names, key=self.storage.key)
        self._schedule_group()
        self.ground = self._ground()
        self.roles = Roles(self, "Roles", ground=self.ground, settings=settings, git_host=git_host)
        for name, value in self._outputs().items():
            CfnOutput(self.stack, name, value=value)

    def _subscribe(self, email: str) -> None:
        properties = {"TopicArn": self.topic.arn, "Protocol": "email", "Endpoint": email}
        Resource(Unit(self, "Email"), "Resource", type="AWS::SNS::Subscription", properties=properties)

    def _schedule_group(self) -> None:
        properties = {"Name": self.names.schedule_group, "Tags": self.stack.resource_tags}
        Resource(self, "Schedules", type="AWS::Scheduler::ScheduleGroup", properties=properties)

    def _ground(self) -> HomeGround:
        return HomeGround(
            place=self.stack.place,
            names=self.names,
            artifacts_arn=self.storage.artifacts.arn,
            key_arn=self.storage.key.arn,
            versions_arn=self.registry.versions_arn,
            data_arn=self.storage.data.arn,
            topic_arn=self.topic.arn,
            undelivered_arn=self.undelivered.arn,
        )

    def _outputs(self) -> dict[str, str]:
        return {
            "DataBucketName": self.storage.data.name,
            "ArtifactBucketName": self.storage.artifacts.name,
            "ModelPackageGroupName": self.names.model_package_group,
            "NoticesTopicArn": self.topic.arn,
            "UndeliveredQueueUrl": self.undelivered.url,
            "ApproverPolicyArn": self.roles.approver.identity,
        }
