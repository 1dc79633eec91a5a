"""The ARNs that policies refer to: what exists before any role does, and the rest by its name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from aws_cdk import Aws

from infra.settings import Stage
from infra.settings.names import Names


@dataclass(frozen=True)
class Place:
    """An account and region, as tokens where only the deployment will know them."""

    partition: str
    suffix: str
    region: str
    account: str

    @classmethod
    def of(cls, *, account: str | None, region: str | None) -> Place:
        """Nothing stated stands for wherever the stack is deployed."""
        here = cls.deployed()
        return cls(here.partition, here.suffix, region or here.region, account or here.account)

    @classmethod
    @cache
    def deployed(cls) -> Place:
        """CloudFormation's pseudo parameters; asked for once, since each answer comes from the CDK's kernel."""
        return cls(Aws.PARTITION, Aws.URL_SUFFIX, Aws.REGION, Aws.ACCOUNT_ID)

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def service(self, name: str) -> str:
        """As some services name themselves, with their region."""
        return f"{name}.{self.region}.{self.suffix}"

    def root_of(self, account: str) -> str:
        return f"arn:{self.partition}:iam::{account}:root"

    def role(self, name: str) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{name}"

    def artifact_bucket(self, names: Names) -> str:
        """The bucket's name here. It has this one also while no stage is elsewhere: another one would be another bucket."""
        return names.artifact_bucket(account=self.account, region=self.region)


@dataclass(frozen=True)
class AccountArns:
    """As policies in one account have them. Bucket, key and registry are the project's, the rest is in this account."""

    place: Place
    names: Names
    artifacts_arn: str
    key_arn: str
    versions_arn: str

    def arn(self, service: str, resource: str, name: str) -> str:
        return self.place.arn(service, f"{resource}/{name}")

    def sagemaker(self, resource: str, name: str) -> str:
        return self.arn("sagemaker", resource, name)

    def log_group(self, path: str) -> str:
        return self.place.arn("logs", f"log-group:{path}")

    def images_of_aws(self) -> str:
        """AWS keeps its SageMaker images in accounts of its own, another one in each region."""
        return f"arn:{self.place.partition}:ecr:{self.place.region}:*:repository/sagemaker-*"


@dataclass(frozen=True)
class ProjectArns(AccountArns):
    """The project's own account, where the builds, the pipelines and the registry are."""

    data_arn: str
    topic_arn: str
    dead_letter_queue_arn: str

    def function(self, name: str) -> str:
        return self.place.arn("lambda", f"function:{name}")

    def codepipeline(self, name: str) -> str:
        return self.place.arn("codepipeline", name)

    def role_name(self, actor: str) -> str:
        """Of a role that acts in foreign stages, so that it is known there; with the region, which no other name of IAM's has.

        It has this name also while no stage is elsewhere: a name that came with the first such stage would replace the role.
        """
        return f"{self.names.home_role(actor)}-{self.place.region}"

    @property
    def group_arn(self) -> str:
        return self.sagemaker("model-package-group", self.names.model_package_group)


@dataclass(frozen=True)
class ForeignRoles:
    """What `units/stage_account.py` creates in the stage's own account, by name: the two accounts share no object."""

    cloudformation: str
    deployer: str
    endpoint: str
    observer: str
    reviewer: str
    tester: str

    @classmethod
    def of(cls, stage: Stage, *, arns: AccountArns) -> ForeignRoles:
        place = replace(arns.place, account=stage.account or arns.place.account)
        return cls(
            **{actor: place.role(arns.names.stage_role(stage.name, actor)) for actor in cls.__dataclass_fields__}
        )
