"""The build pipeline: a push is tested, the SageMaker pipeline is published at that commit, and a run is started."""

from __future__ import annotations

from infra.parts.build_project import BuildProject, Recipe
from infra.parts.git_host import GitHost
from infra.parts.pipeline_parts import CodeBuildRun, artifact_store, build_report
from infra.parts.resource import Resource
from infra.parts.seed import BUILD_SPEC
from infra.parts.unit import ProjectStack, Unit
from infra.settings import Settings
from infra.settings.names import BUILD_SOURCE
from infra.units.foundation import Foundation


class ModelBuild(Unit):
    """A later push supersedes an earlier one that still waits."""

    def __init__(
        self, scope: ProjectStack, construct_id: str, *, foundation: Foundation, settings: Settings, git_host: GitHost
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
            names.model_build, full_name=settings.git_host.model_build_repository, output=BUILD_SOURCE
        )
        report = build_report(foundation.storage.artifacts.name, names, project=names.model_build)
        build = CodeBuildRun(
            name="Build", project=names.model_build, source=BUILD_SOURCE, variables={"REPORT_URI": report}
        )
        self.pipeline = Resource(
            self,
            "Pipeline",
            type="AWS::CodePipeline::Pipeline",
            properties={
                "Name": names.model_build,
                "RoleArn": roles.build_pipeline.arn,
                "PipelineType": "V2",
                "ExecutionMode": "SUPERSEDED",
                "ArtifactStore": artifact_store(foundation.storage),
                "Stages": [{"Name": "Source", "Actions": [source]}, {"Name": "Build", "Actions": [build.action()]}],
                "Tags": self.stack.resource_tags,
            },
        )
        self.pipeline.add_resource_dependency(self.build.resource)

    def _variables(self) -> dict[str, str]:
        """The names that model-build/pipelines/settings.py reads; CodeBuild itself sets the region and the commit."""
        names, roles, data = self._foundation.names, self._foundation.roles, self._settings.data
        bucket = self._foundation.storage.data.name
        return {
            "BUILD_MODULE": "pipelines.run_pipeline",
            "SAGEMAKER_PROJECT_NAME": self._settings.project,
            "SAGEMAKER_PIPELINE_NAME": names.sagemaker_pipeline,
            "SAGEMAKER_PIPELINE_ROLE_ARN": roles.sagemaker_pipeline.arn,
            "MODEL_EXECUTION_ROLE_ARN": roles.job.arn,
            "KMS_KEY_ARN": self._foundation.storage.key.arn,
            "ARTIFACT_BUCKET": self._foundation.storage.artifacts.name,
            "SOURCE_MODEL_PACKAGE_GROUP_NAME": names.model_package_group,
            "MODEL_APPROVAL": self._settings.approval.model,
            "INPUT_DATA_URI": f"s3://{bucket}/{data.prefix}",
            "BATCH_DATA_URI": f"s3://{bucket}/{data.batch_prefix}",
            "DATA_CHECK_FUNCTION_ARN": self._foundation.ground.function(names.data_check),
            "MODEL_SEAL_FUNCTION_ARN": self._foundation.ground.function(names.model_seal),
        } | (self._settings.vpc.variables if self._settings.vpc else {})
