"""The model registry: one group, whose versions outlive the stack."""

from __future__ import annotations

from aws_cdk import RemovalPolicy
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from infra.iam.arns import Place
from infra.iam.resource_policies import read_group
from infra.iam.statements import document
from infra.settings import Settings


class Registry(Construct):
    """The model package group of the project; stage accounts may read it and make models of its versions."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, place: Place) -> None:
        super().__init__(scope, construct_id)
        names = settings.names
        self.versions_arn = place.arn("sagemaker", f"model-package/{names.model_package_group}/*")
        accounts = sorted({str(stage.account) for stage in settings.foreign_stages})
        readers = read_group(place, names, accounts=accounts, versions_arn=self.versions_arn) if accounts else []
        group = sagemaker.CfnModelPackageGroup(
            self,
            "ModelPackageGroup",
            # No description: it can be given at creation alone, and who edited it would ask for another group of this name,
            # which CloudFormation refuses while this one is there, full of versions.
            model_package_group_name=names.model_package_group,
            model_package_group_policy=document(readers) if readers else None,
        )
        group.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
