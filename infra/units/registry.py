"""The model registry: one group, whose versions outlive the stack."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import RemovalPolicy

from infra.iam.statements import allow, document
from infra.parts.resource import Resource
from infra.parts.unit import Unit
from infra.settings import Settings


class Registry(Unit):
    """The model package group of the project; stage accounts may read it and make models of its versions."""

    def __init__(self, scope: Unit, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        name = settings.names.model_package_group
        self.versions_arn = self.stack.place.arn("sagemaker", f"model-package/{name}/*")
        accounts = sorted({str(stage.account) for stage in settings.foreign_stages})
        group = Resource(
            self,
            "ModelPackageGroup",
            type="AWS::SageMaker::ModelPackageGroup",
            properties={
                # No description: it can be given at creation alone, and who edited it would ask for another group of this name,
                # which CloudFormation refuses while this one is there, full of versions.
                "ModelPackageGroupName": name,
                **({"ModelPackageGroupPolicy": self._policy(name, accounts)} if accounts else {}),
            },
        )
        group.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)

    def _policy(self, name: str, accounts: Sequence[str]) -> dict[str, object]:
        principal = {"AWS": [self.stack.place.root_of(account) for account in accounts]}
        group_arn = self.stack.place.arn("sagemaker", f"model-package-group/{name}")
        read = allow("StageAccountsReadTheGroup", ["sagemaker:DescribeModelPackageGroup"], [group_arn])
        serve = ["sagemaker:CreateModel", "sagemaker:DescribeModelPackage"]
        use = allow("StageAccountsServeItsVersions", serve, [self.versions_arn])
        return document([statement | {"Principal": principal} for statement in (read, use)])
