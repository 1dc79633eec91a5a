"""The build pipeline: a push is tested, the SageMaker pipeline is published at that commit, and a run is started."""

from __future__ import annotations

from aws_cdk import aws_codepipeline as codepipeline
from constructs import Construct

from infra.build_project import BuildProject, Recipe
from infra.foundation import Foundation
from infra.git_host import GitHost
from infra.pipeline_parts import SOURCE, CodeBuildRun, Stage, artifact_store
from infra.seed import BUILD_SPEC
from infra.settings import Settings


class ModelBuild(Construct):
    """A later push supersedes an earlier one that still waits."""

    def __init__(
        self, scope: Construct, construct_id: str, *, foundation: Foundation, settings: Settings, git_host: GitHost
    ) -> None:
        super().__init__(scope, construct_id)
        self._foundation, self._settings = foundation, settings
        names, roles = foundation.names, foundation.roles
        self.build = BuildProject(
            self,
            "Build",
            name=names.model_build,
            recipe=Recipe(BUILD_SPEC, self._variables()),
            role=roles.build,
            key=foundation.storage.key,
        )
        source = git_host.source_action(
            names.model_build, full_name=settings.git_host.model_build_repository, output=SOURCE
        )
        self.pipeline = codepipeline.CfnPipeline(
            self,
            "Pipeline",
            name=names.model_build,
            role_arn=roles.build_pipeline.attr_arn,
            pipeline_type="V2",
            execution_mode="SUPERSEDED",
            artifact_store=artifact_store(foundation.storage),
            stages=[
                Stage(name="Source", actions=[source]),
                Stage(name="Build", actions=[CodeBuildRun(name="Build", project=names.model_build).action()]),
            ],
        )
        self.pipeline.add_resource_dependency(self.build.resource)

    def _variables(self) -> dict[str, str]:
        """The names that model-build/pipelines/settings.py reads; CodeBuild itself sets the region and the commit."""
        names, roles, data = self._foundation.names, self._foundation.roles, self._settings.data
        bucket = self._foundation.storage.data.bucket_name
        return {
            "BUILD_MODULE": "pipelines.run_pipeline",
            "SAGEMAKER_PROJECT_NAME": self._settings.project,
            "SAGEMAKER_PIPELINE_NAME": names.sagemaker_pipeline,
            "SAGEMAKER_PIPELINE_ROLE_ARN": roles.sagemaker_pipeline.attr_arn,
            "MODEL_EXECUTION_ROLE_ARN": roles.job.attr_arn,
            "ARTIFACT_BUCKET": self._foundation.storage.artifacts.bucket_name,
            "SOURCE_MODEL_PACKAGE_GROUP_NAME": names.model_package_group,
            "INPUT_DATA_URI": f"s3://{bucket}/{data.prefix}",
            "BATCH_DATA_URI": f"s3://{bucket}/{data.batch_prefix}",
        } | (self._settings.vpc.variables if self._settings.vpc else {})
