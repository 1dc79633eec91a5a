"""The deploy pipeline: the approved version to staging, a test, a person, production, and a last look."""

from __future__ import annotations

from aws_cdk import aws_codepipeline as codepipeline
from constructs import Construct

from infra.build_project import BuildProject, Recipe
from infra.foundation import Foundation
from infra.git_host import GitHost
from infra.pipeline_parts import APPROVAL, BUILT, PRODUCTION, SOURCE, STAGING, CodeBuildRun, Stage, artifact_store
from infra.seed import BUILD_SPEC, ROOT
from infra.settings import Settings
from infra.stage_actions import StageActions

_BUILD = "BuildVariables"
_SMOKE_TEST = ROOT / "infra" / "smoke_test_buildspec.yml"


class ModelDeploy(Construct):
    """Queued, so that a version approved during a deployment waits for its end; the reconciler then starts it."""

    def __init__(
        self, scope: Construct, construct_id: str, *, foundation: Foundation, settings: Settings, git_host: GitHost
    ) -> None:
        super().__init__(scope, construct_id)
        self._foundation, self._settings, self._git_host = foundation, settings, git_host
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
        self.pipeline = codepipeline.CfnPipeline(
            self,
            "Pipeline",
            name=names.model_deploy,
            role_arn=roles.deploy_pipeline.attr_arn,
            pipeline_type="V2",
            execution_mode="QUEUED",
            artifact_store=artifact_store(foundation.storage),
            stages=self._stages(),
            variables=[
                codepipeline.CfnPipeline.VariableDeclarationProperty(
                    name="ModelPackageArn",
                    default_value="latest",
                    description="The version to deploy: an ARN, or `latest` for the newest approved one",
                )
            ],
        )
        self.pipeline.add_resource_dependency(self.build.resource)
        self.pipeline.add_resource_dependency(self.smoke_test.resource)

    def _build_variables(self) -> dict[str, str]:
        configs = " ".join(f"--config {stage.name}-config.json" for stage in self._settings.stages)
        return {
            "BUILD_MODULE": "promoter",
            "BUILD_ARGUMENTS": f"{configs} --output-dir .",
            "SAGEMAKER_PROJECT_NAME": self._settings.project,
            "SOURCE_MODEL_PACKAGE_GROUP_NAME": self._foundation.names.model_package_group,
            "MODEL_EXECUTION_ROLE_ARN": self._foundation.roles.endpoint.attr_arn,
            "ARTIFACT_BUCKET": self._foundation.storage.artifacts.bucket_name,
        } | (self._settings.vpc.variables if self._settings.vpc else {})

    def _stages(self) -> list[Stage]:
        names, host = self._foundation.names, self._settings.git_host
        staging = StageActions(self._foundation, self._settings.staging)
        production = StageActions(self._foundation, self._settings.production)
        source = self._git_host.source_action(names.model_deploy, full_name=host.model_deploy_repository, output=SOURCE)
        build = CodeBuildRun(
            name="Build",
            project=names.model_deploy,
            namespace=_BUILD,
            output=BUILT,
            variables={"MODEL_PACKAGE_ARN": "#{variables.ModelPackageArn}"},
        )
        return [
            Stage(name="Source", actions=[source]),
            Stage(name="Build", actions=[build.action()]),
            Stage(
                name=STAGING,
                before_entry=_something_to_deploy(),
                actions=[
                    staging.deploy(run_order=1),
                    staging.test("Test", run_order=2),
                    staging.approve(APPROVAL, run_order=3),
                ],
            ),
            Stage(
                name=PRODUCTION,
                before_entry=_something_to_deploy(),
                actions=[production.deploy(run_order=1), production.test("Verify", run_order=2)],
            ),
        ]


def _something_to_deploy() -> codepipeline.CfnPipeline.BeforeEntryConditionsProperty:
    """On the first day nothing is approved: the stage is skipped and the pipeline succeeds (docs/decisions/0004)."""
    rule = codepipeline.CfnPipeline.RuleDeclarationProperty(
        name="SomethingToDeploy",
        rule_type_id=codepipeline.CfnPipeline.RuleTypeIdProperty(
            category="Rule", owner="AWS", provider="VariableCheck", version="1"
        ),
        configuration={"Variable": f"#{{{_BUILD}.DEPLOY}}", "Operator": "EQ", "Value": "yes"},
    )
    condition = codepipeline.CfnPipeline.ConditionProperty(result="SKIP", rules=[rule])
    return codepipeline.CfnPipeline.BeforeEntryConditionsProperty(conditions=[condition])
