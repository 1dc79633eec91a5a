"""What every role's permissions are about: the project's names as ARNs, its storage, its registry, its topic and queue."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import ArnFormat, Aws, Stack
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from infra.names import Names
from infra.registry import Registry
from infra.storage import Storage


@dataclass(frozen=True)
class Ground:
    """Resources that exist before any role does, and the ARNs of those that come after, made from their names."""

    stack: Stack
    names: Names
    storage: Storage
    registry: Registry
    topic: sns.Topic
    undelivered: sqs.Queue

    def arn(self, service: str, resource: str, name: str) -> str:
        return self.stack.format_arn(service=service, resource=resource, resource_name=name)

    def colon_arn(self, service: str, resource: str, name: str) -> str:
        """Of the services whose ARNs part resource and name by a colon."""
        return self.stack.format_arn(
            service=service, resource=resource, resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME
        )

    def sagemaker(self, resource: str, name: str) -> str:
        return self.arn("sagemaker", resource, name)

    def log_group(self, path: str) -> str:
        return self.colon_arn("logs", "log-group", path)

    def function(self, name: str) -> str:
        return self.colon_arn("lambda", "function", name)

    def codepipeline(self, name: str) -> str:
        return self.stack.format_arn(service="codepipeline", resource=name)

    def foreign_image_repositories(self) -> str:
        """AWS keeps its SageMaker images in accounts of its own, another one in each region."""
        return f"arn:{Aws.PARTITION}:ecr:{Aws.REGION}:*:repository/sagemaker-*"

    @property
    def group_arn(self) -> str:
        return self.sagemaker("model-package-group", self.names.model_package_group)
