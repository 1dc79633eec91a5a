"""The deploy pipeline: the approved version to staging, a test, a person, production, and a last look."""

from __future__ import annotations

from pathlib import Path

from infra.parts.build_project import BuildProject, Recipe
from infra.parts.git_host import GitHost
from infra.parts.pipeline_parts import artifact_store, promoter_arguments
from infra.parts.resource import Resource
from infra.parts.seed import BUILD_SPEC
from infra.parts.unit import ProjectStack, Unit
from infra.settings import Settings, Stage
from infra.units.deploy_stages import DeployStages
from infra.units.foundation import Foundation

_SMOKE_TEST = Path(__file__).with_name("smoke_test_buildspec.yml")


class ModelDeploy(Unit):
    """Queued, so that a version approved during a deployment waits for its end; the reconciler then starts it."""

    def __init__(
        self, scope: ProjectStack, construct_id: str, *, foundation: Foundation, settings: Settings, git_host: GitHost
    ) -> None:
        super().__init__(scope, construct_id)
        self._foundation, self._settings = foundation, settings
        names, roles, key = foundation.names, foundation.roles, foundation.storage.key
        self.build = BuildProject(
            self,
            "Build",
            name=names.model_deploy,
            recipe=Recipe(BUILD_SPEC, self._build_variables()),
            role=roles.deploy,
            key=key,
        )
        self.smoke_test = BuildProject(
            self,
            "SmokeTest",
            name=names.smoke_test,
            recipe=Recipe(_SMOKE_TEST.read_text(encoding="utf-8")),
            role=roles.smoke_test,
            key=key,
        )
        self.pipeline = self._pipeline(DeployStages(foundation, settings, git_host))
        self.pipeline.add_resource_dependency(self.build.resource)
        self.pipeline.add_resource_dependency(self.smoke_test.resource)

    def _pipeline(self, stages: DeployStages) -> Resource:
        version = {
            "Name": "ModelPackageArn",
            "DefaultValue": "latest",
            "Description": "The version to deploy: an ARN, or `latest` for the one approved last",
        }
        return Resource(
            self,
            "Pipeline",
            type="AWS::CodePipeline::Pipeline",
            properties={
                "Name": self._foundation.names.model_deploy,
                "RoleArn": self._foundation.roles.deploy_pipeline.arn,
                "PipelineType": "V2",
                "ExecutionMode": "QUEUED",
                "ArtifactStore": artifact_store(self._foundation.storage),
                "Stages": stages.in_order(),
                "Variables": [version],
                "Tags": self.stack.resource_tags,
            },
        )

    def _build_variables(self) -> dict[str, str]:
        return {
            "BUILD_MODULE": "promoter",
            "BUILD_ARGUMENTS": promoter_arguments(*self._settings.stages),
            "SAGEMAKER_PROJECT_NAME": self._settings.project,
            "SOURCE_MODEL_PACKAGE_GROUP_NAME": self._foundation.names.model_package_group,
            "MODEL_EXECUTION_ROLE_ARN": self._foundation.roles.endpoint.arn,
            "ARTIFACT_BUCKET": self._foundation.storage.artifacts.name,
            "DECISIONS_FUNCTION_NAME": self._foundation.names.reconciler,
            "KMS_KEY_ARN": self._foundation.storage.key.arn,
            **{name: value for stage in self._settings.stages for name, value in _vpc_variables(stage).items()},
        }


def _vpc_variables(stage: Stage) -> dict[str, str]:
    return stage.vpc.variables_of(stage.name) if stage.vpc else {}
