"""What every role's permissions are about: what exists before any role does, and ARNs of the rest, made from names."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import ArnFormat, Aws, Stack
from aws_cdk import aws_s3 as s3

from infra.names import Names


@dataclass(frozen=True)
class Ground:
    """One account's view. Bucket, key and registry are the project's, the ARNs that are made here this account's."""

    stack: Stack
    names: Names
    artifacts: s3.IBucket
    key_arn: str
    versions_arn: str

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

    def images_of_aws(self) -> str:
        """AWS keeps its SageMaker images in accounts of its own, another one in each region."""
        return f"arn:{Aws.PARTITION}:ecr:{Aws.REGION}:*:repository/sagemaker-*"


@dataclass(frozen=True)
class HomeGround(Ground):
    """The project's own account, where the builds, the pipelines and the registry are."""

    data: s3.IBucket
    topic_arn: str
    undelivered_arn: str

    def function(self, name: str) -> str:
        return self.colon_arn("lambda", "function", name)

    def codepipeline(self, name: str) -> str:
        return self.stack.format_arn(service="codepipeline", resource=name)

    @property
    def group_arn(self) -> str:
        return self.sagemaker("model-package-group", self.names.model_package_group)
