"""The model registry: one group, whose versions outlive the stack."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from infra.ground import Place
from infra.settings import Settings


class Registry(Construct):
    """The model package group of the project; stage accounts may read it and make models of its versions."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        name = settings.names.model_package_group
        self._place = Place.of(Stack.of(self))
        self.versions_arn = self._place.arn("sagemaker", f"model-package/{name}/*")
        self.group = sagemaker.CfnModelPackageGroup(
            self,
            "ModelPackageGroup",
            model_package_group_name=name,
            model_package_group_description=f"Every version of {settings.project}, with its approval status",
        )
        self.group.apply_removal_policy(RemovalPolicy.RETAIN)
        accounts = sorted({str(stage.account) for stage in settings.foreign_stages})
        if accounts:
            self.group.model_package_group_policy = self._readers(accounts).to_json()

    def _readers(self, accounts: Sequence[str]) -> iam.PolicyDocument:
        principals = [iam.AccountPrincipal(account) for account in accounts]
        group_arn = self._place.arn("sagemaker", f"model-package-group/{self.group.model_package_group_name}")
        return iam.PolicyDocument(
            statements=[
                iam.PolicyStatement(
                    sid="StageAccountsReadTheGroup",
                    principals=principals,
                    actions=["sagemaker:DescribeModelPackageGroup"],
                    resources=[group_arn],
                ),
                iam.PolicyStatement(
                    sid="StageAccountsServeItsVersions",
                    principals=principals,
                    actions=["sagemaker:CreateModel", "sagemaker:DescribeModelPackage"],
                    resources=[self.versions_arn],
                ),
            ]
        )
