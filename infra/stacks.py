"""The stacks, which only compose: what everything stands on, the side that builds, and the side that deploys."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import App, CfnOutput, Environment, RemovalPolicy, Stack, Tags
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler

from infra.iam.arns import Place, ProjectArns
from infra.iam.roles import Roles
from infra.iam.stage_account import StageAccount
from infra.parts.dead_letter_queue import DeadLetterQueue
from infra.parts.function import FunctionDefaults
from infra.parts.source import Repository, Source
from infra.parts.topic import Topic
from infra.settings import Settings, Stage
from infra.units.data_arrival import DataArrival
from infra.units.data_check import DataCheck
from infra.units.model_build import ModelBuild
from infra.units.model_deploy import ModelDeploy
from infra.units.model_seal import ModelSeal
from infra.units.notices import Notices
from infra.units.reconciler import Reconciler
from infra.units.registry import Registry
from infra.units.retraining import Retraining
from infra.units.review import Review
from infra.units.storage import Storage

# Its tags can be given at creation alone, and the group outlives its stack.
_UNTAGGED = ["AWS::SageMaker::ModelPackageGroup"]


class ProjectStack(Stack):
    """A stack of the project in one account, the project's own if none is stated."""

    def __init__(self, scope: App, name: str, *, settings: Settings, account: str | None = None) -> None:
        tags = {"Project": settings.project, "UseCase": settings.use_case}
        where = {"account": account or settings.account, "region": settings.region}
        super().__init__(scope, f"{settings.project}-{name}", env=Environment(**where), tags=tags)
        for key, value in tags.items():
            Tags.of(self).add(key, value, exclude_resource_types=_UNTAGGED)
        self.settings, self.place = settings, Place.of(**where)


class FoundationStack(ProjectStack):
    """What the other stacks stand on, created first and removed last: key, buckets, registry, topic, queue, roles."""

    def __init__(self, scope: App, settings: Settings, *, functions: Path) -> None:
        super().__init__(scope, "foundation", settings=settings)
        names, place = settings.names, self.place
        self.storage = Storage(self, "Storage", settings=settings, place=place)
        key = self.storage.key
        self.topic = Topic(self, "Topic", settings=settings, place=place, key=key)
        self.dead_letter_queue = DeadLetterQueue(
            self, "DeadLetterQueue", names=names, place=place, key=key, topic=self.topic
        )
        scheduler.ScheduleGroup(
            self, "Schedules", schedule_group_name=names.schedule_group, removal_policy=RemovalPolicy.DESTROY
        )
        registry = Registry(self, "Registry", settings=settings, place=place)
        self.arns = self._arns(registry)
        self.roles = Roles(self, "Roles", arns=self.arns, settings=settings)
        defaults = self.functions(functions)
        Notices(self, "Notices", settings=settings, arns=self.arns, role=self.roles.notices, functions=defaults)
        for name, value in self._outputs().items():
            CfnOutput(self, name, value=value)

    def functions(self, archive: Path) -> FunctionDefaults:
        """For the functions of one stack, each of which has the archive as an asset of its own."""
        return FunctionDefaults(
            names=self.settings.names,
            code=lambda_.Code.from_asset(str(archive), display_name=archive.stem),
            key=self.storage.key,
            dead_letter_queue=self.dead_letter_queue,
            topic=self.topic,
        )

    def _arns(self, registry: Registry) -> ProjectArns:
        return ProjectArns(
            place=self.place,
            names=self.settings.names,
            artifacts_arn=self.storage.artifacts.bucket_arn,
            key_arn=self.storage.key.key_arn,
            versions_arn=registry.versions_arn,
            data_arn=self.storage.data.bucket_arn,
            topic_arn=self.topic.topic_arn,
            dead_letter_queue_arn=self.dead_letter_queue.queue_arn,
        )

    def _outputs(self) -> dict[str, str]:
        return {
            "DataBucketName": self.storage.data.bucket_name,
            "ArtifactBucketName": self.storage.artifacts.bucket_name,
            "ModelPackageGroupName": self.settings.names.model_package_group,
            "NoticesTopicArn": self.topic.topic_arn,
            "UndeliveredQueueUrl": self.dead_letter_queue.queue_url,
            "ApproverPolicyArn": self.roles.approver.managed_policy_arn,
        }


class BuildStack(ProjectStack):
    """From a push, the schedule or new data to a registered version."""

    def __init__(
        self, scope: App, settings: Settings, *, foundation: FoundationStack, functions: Path, seed: Path | None
    ) -> None:
        super().__init__(scope, "build", settings=settings)
        storage, roles, defaults = foundation.storage, foundation.roles, foundation.functions(functions)
        check = DataCheck(
            self, "DataCheck", settings=settings, storage=storage, role=roles.data_check, functions=defaults
        )
        seal = ModelSeal(
            self, "ModelSeal", settings=settings, storage=storage, role=roles.model_seal, functions=defaults
        )
        repository = None if seed is None else _repository(self, settings.names.model_build, seed)
        build = ModelBuild(
            self,
            "ModelBuild",
            settings=settings,
            source=_source(settings, settings.git_host.model_build_repository, repository),
            storage=storage,
            roles=roles,
            data_check=check.function,
            model_seal=seal.function,
        )
        if repository is not None:
            queue = foundation.dead_letter_queue
            repository.start_on_push(build.pipeline, role=roles.events, dead_letter_queue=queue)
        self._start_by_itself(foundation, defaults)

    def _start_by_itself(self, foundation: FoundationStack, defaults: FunctionDefaults) -> None:
        """What starts a run without a push: the schedule, and new data."""
        settings, roles = self.settings, foundation.roles
        if settings.retraining.enabled:
            Retraining(
                self,
                "Retraining",
                settings=settings.retraining,
                role=roles.retraining,
                timer=roles.timer,
                functions=defaults,
            )
        if settings.data.start_on_arrival:
            DataArrival(
                self,
                "DataArrival",
                settings=settings,
                storage=foundation.storage,
                role=roles.data_arrival,
                timer=roles.timer,
                functions=defaults,
            )


class DeployStack(ProjectStack):
    """From an approved version to production."""

    def __init__(
        self, scope: App, settings: Settings, *, foundation: FoundationStack, functions: Path, seed: Path | None
    ) -> None:
        super().__init__(scope, "deploy", settings=settings)
        arns, roles, defaults = foundation.arns, foundation.roles, foundation.functions(functions)
        reconciler = Reconciler(
            self,
            "Reconciler",
            settings=settings,
            arns=arns,
            role=roles.reconciler,
            timer=roles.timer,
            functions=defaults,
        )
        review = Review(self, "Review", settings=settings, arns=arns, role=roles.review, functions=defaults)
        repository = None if seed is None else _repository(self, settings.names.model_deploy, seed)
        deploy = ModelDeploy(
            self,
            "ModelDeploy",
            settings=settings,
            source=_source(settings, settings.git_host.model_deploy_repository, repository),
            storage=foundation.storage,
            roles=roles,
            arns=arns,
            reconciler=reconciler.function,
            review=review.function,
        )
        if repository is not None:
            queue = foundation.dead_letter_queue
            repository.start_on_push(deploy.pipeline, role=roles.events, dead_letter_queue=queue)


class StageAccountStack(ProjectStack):
    """What the account of a foreign stage has to know."""

    def __init__(self, scope: App, settings: Settings, *, stage: Stage, foundation: FoundationStack) -> None:
        super().__init__(scope, f"{stage.name}-account", settings=settings, account=stage.account)
        StageAccount(self, "StageAccount", settings=settings, stage=stage, place=self.place, project=foundation.arns)


def _repository(stack: ProjectStack, name: str, seed: Path) -> Repository:
    return Repository(stack, "Repository", name=name, branch=stack.settings.branch, seed=seed)


def _source(settings: Settings, full_name: str, repository: Repository | None) -> Source:
    return Source(branch=settings.branch, host=settings.git_host, full_name=full_name, repository=repository)
