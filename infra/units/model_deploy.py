"""The deploy pipeline: the approved version to staging, a test, a person, production, and a last look."""

from __future__ import annotations

from pathlib import Path

import yaml
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.iam.arns import ProjectArns
from infra.iam.roles import Roles
from infra.parts.build_project import BuildProject
from infra.parts.pipeline import Pipeline, promoter_arguments
from infra.parts.seed import BUILD_SPEC
from infra.parts.source import Source
from infra.settings import Settings, Stage
from infra.settings.names import BUILT, DEPLOY_SOURCE
from infra.units.deploy_stages import DeployStages
from infra.units.stage_actions import StageActions, StageResources
from infra.units.storage import Storage

SMOKE_TEST = Path(__file__).with_name("smoke_test_buildspec.yml")


class ModelDeploy(Construct):
    """Queued, so that a version approved during a deployment waits for its end; the reconciler then starts it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        source: Source,
        storage: Storage,
        roles: Roles,
        arns: ProjectArns,
        reconciler: lambda_.IFunction,
        review: lambda_.IFunction,
    ) -> None:
        """A pipeline starts when it is created, and invokes both functions: it is created after them."""
        super().__init__(scope, construct_id)
        self._settings, self._roles, self._storage = settings, roles, storage
        code, built = codepipeline.Artifact(DEPLOY_SOURCE), codepipeline.Artifact(BUILT)
        resources = StageResources(
            arns=arns,
            artifacts=storage.artifacts,
            cloudformation=roles.cloudformation,
            code=code,
            built=built,
            promoter=self._promoter(reconciler),
            smoke_test=self._smoke_test(),
            review=review,
        )
        stages = DeployStages(
            settings=settings,
            source=source.action(code),
            resources=resources,
            staging=StageActions(self, settings.staging, resources),
            production=StageActions(self, settings.production, resources),
        )
        self.pipeline = self._pipeline(stages)

    def _promoter(self, reconciler: lambda_.IFunction) -> BuildProject:
        variables = _environment(self._settings, self._storage, self._roles)
        return BuildProject(
            self,
            "Build",
            name=self._settings.names.model_deploy,
            build_spec=codebuild.BuildSpec.from_source_filename(BUILD_SPEC),
            environment=variables | {"DECISIONS_FUNCTION_NAME": reconciler.function_name},
            role=self._roles.deploy,
            key=self._storage.key,
        )

    def _smoke_test(self) -> BuildProject:
        specification = yaml.safe_load(SMOKE_TEST.read_text(encoding="utf-8"))
        return BuildProject(
            self,
            "SmokeTest",
            name=self._settings.names.smoke_test,
            build_spec=codebuild.BuildSpec.from_object_to_yaml(specification),
            environment={},
            role=self._roles.smoke_test,
            key=self._storage.key,
        )

    def _pipeline(self, stages: DeployStages) -> Pipeline:
        version = codepipeline.Variable(
            variable_name="ModelPackageArn",
            default_value="latest",
            description="The version to deploy: an ARN, or `latest` for the one approved last",
        )
        return Pipeline(
            self,
            "Pipeline",
            name=self._settings.names.model_deploy,
            role=self._roles.deploy_pipeline,
            artifacts=self._storage.artifacts,
            mode=codepipeline.ExecutionMode.QUEUED,
            stages=stages.in_order(),
            variables=[version],
        )


def _environment(settings: Settings, storage: Storage, roles: Roles) -> dict[str, str]:
    """The names that model-deploy/promoter/settings.py reads."""
    return {
        "BUILD_MODULE": "promoter",
        "BUILD_ARGUMENTS": promoter_arguments(*settings.stages),
        "SAGEMAKER_PROJECT_NAME": settings.project,
        "SOURCE_MODEL_PACKAGE_GROUP_NAME": settings.names.model_package_group,
        "MODEL_EXECUTION_ROLE_ARN": roles.endpoint.role_arn,
        "ARTIFACT_BUCKET": storage.artifacts.bucket_name,
        "KMS_KEY_ARN": storage.key.key_arn,
        **{name: value for stage in settings.stages for name, value in _vpc_variables(stage).items()},
    }


def _vpc_variables(stage: Stage) -> dict[str, str]:
    return stage.vpc.variables_of(stage.name) if stage.vpc else {}
