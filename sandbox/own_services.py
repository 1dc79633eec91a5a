"""The services that are our own: what each of them asks of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.codebuild import cloudformation as codebuild_types
from sandbox.codebuild import operations as codebuild_operations
from sandbox.codebuild.from_pipeline import PipelineBuilds
from sandbox.codebuild.running.recovery import recover as recover_builds
from sandbox.codebuild.service import CodeBuild
from sandbox.codecommit import cloudformation as codecommit_types
from sandbox.codecommit import operations as codecommit_operations
from sandbox.codecommit.archive import archive
from sandbox.codecommit.service import CodeCommit
from sandbox.codepipeline import cloudformation as codepipeline_types
from sandbox.codepipeline import operations as codepipeline_operations
from sandbox.codepipeline.actions.contract import Neighbours
from sandbox.codepipeline.actions.providers import PROVIDERS
from sandbox.codepipeline.running.recovery import recover as recover_executions
from sandbox.codepipeline.service import CodePipeline
from sandbox.containers.runner import Runner
from sandbox.reach import InProcess
from sandbox.resource_types import ResourceType
from sandbox.sagemaker import cloudformation as sagemaker_types
from sandbox.sagemaker import operations as sagemaker_operations
from sandbox.sagemaker.service import SageMaker
from sandbox.service import Service
from sandbox.service_context import ServiceContext
from sandbox.settings import SandboxSettings


@dataclass(frozen=True, kw_only=True)
class OwnServices:
    """SageMaker and the three that build and deliver."""

    sagemaker: SageMaker
    codecommit: CodeCommit
    codebuild: CodeBuild
    codepipeline: CodePipeline

    @property
    def all(self) -> tuple[Service, ...]:
        return self.sagemaker, self.codecommit, self.codebuild, self.codepipeline

    @property
    def resource_types(self) -> Mapping[str, ResourceType]:
        """CloudFormation's, by name."""
        return {
            **sagemaker_types.resource_types(self.sagemaker),
            **codecommit_types.resource_types(self.codecommit),
            **codebuild_types.resource_types(self.codebuild),
            **codepipeline_types.resource_types(self.codepipeline),
        }

    def recover(self) -> None:
        """Mark what a kill interrupted, start the endpoints again."""
        sagemaker_operations.recover(self.sagemaker)
        recover_builds(self.codebuild)
        recover_executions(self.codepipeline)

    def close(self) -> None:
        for service in self.all:
            service.close()


def own_services(settings: SandboxSettings, *, reach: InProcess, runner: Runner, around: ServiceContext) -> OwnServices:
    codecommit = CodeCommit(
        settings=settings, operations=codecommit_operations.OPERATIONS, objects=reach.objects(None), around=around
    )
    codebuild = CodeBuild(
        settings=settings,
        operations=codebuild_operations.OPERATIONS,
        runner=runner,
        repositories=lambda name: codecommit.folder(codecommit.repository(name)["repositoryId"]),
        around=around,
    )
    codepipeline = CodePipeline(
        settings=settings,
        operations=codepipeline_operations.OPERATIONS,
        providers=PROVIDERS,
        neighbours=Neighbours(
            archive=lambda repository, commit: archive(codecommit, repository=repository, commit=commit),
            builds=PipelineBuilds(codebuild),
        ),
        around=around,
    )
    sagemaker = SageMaker(
        settings=settings, operations=sagemaker_operations.OPERATIONS, reach=reach, runner=runner, around=around
    )
    return OwnServices(sagemaker=sagemaker, codecommit=codecommit, codebuild=codebuild, codepipeline=codepipeline)
