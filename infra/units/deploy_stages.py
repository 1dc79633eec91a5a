"""The way of a version: source, build, staging with its test, and production: the change is made ready and reviewed, a person
approves it (unless nobody is asked), and after a last look it is carried out and verified.

Change set, approval and execution are in one stage, as in CDK Pipelines (`pipelines.StackSteps.changeSet`): a queued pipeline has
one execution in a stage at a time. In two stages the next execution would make its change set while this one's is carried out,
which CloudFormation refuses, or before, and lose it: executing one deletes all other change sets of the stack.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets-execute.html
https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html (QUEUED mode)
"""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_codepipeline_actions as actions

from infra.parts.build_project import plain
from infra.parts.pipeline import build_report
from infra.settings import Settings
from infra.settings.names import APPROVAL, PRODUCTION, STAGING
from infra.units.stage_actions import StageActions, StageResources

_BUILD = "BuildVariables"


@dataclass(frozen=True, kw_only=True)
class DeployStages:
    """Each stage by its name."""

    settings: Settings
    source: codepipeline.IAction
    resources: StageResources
    staging: StageActions
    production: StageActions

    def in_order(self) -> list[codepipeline.StageProps]:
        return [
            codepipeline.StageProps(stage_name="Source", actions=[self.source]),
            codepipeline.StageProps(stage_name="Build", actions=[self._build()]),
            self._staging(),
            self._production(),
        ]

    def _build(self) -> codepipeline.IAction:
        names, resources = self.settings.names, self.resources
        variables = {
            "MODEL_PACKAGE_ARN": "#{variables.ModelPackageArn}",
            "REPORT_URI": build_report(resources.artifacts, names, project=names.model_deploy),
        }
        return actions.CodeBuildAction(
            action_name="Build",
            variables_namespace=_BUILD,
            project=resources.promoter,
            input=resources.code,
            outputs=[resources.built],
            environment_variables=plain(variables),
        )

    def _staging(self) -> codepipeline.StageProps:
        return codepipeline.StageProps(
            stage_name=STAGING,
            before_entry=_something_to_deploy(),
            actions=[self.staging.deploy(run_order=1), self.staging.test("Test", run_order=2)],
        )

    def _production(self) -> codepipeline.StageProps:
        production, tested = self.production, self.staging.version
        approval = production.approve(APPROVAL, version=tested, report=self.staging.report_link, run_order=3)
        return codepipeline.StageProps(
            stage_name=PRODUCTION,
            before_entry=_something_to_deploy(),
            actions=[
                production.prepare(run_order=1),
                production.review(version=tested, digests=f"#{{{_BUILD}.DIGESTS}}", run_order=2),
                *([approval] if self.settings.approval.before_production else []),
                production.recheck("Recheck", version=tested, run_order=4),
                production.execute(run_order=5),
                production.test("Verify", run_order=6),
            ],
        )


def _something_to_deploy() -> codepipeline.Conditions:
    """On the first day nothing is approved: the stage is skipped and the pipeline succeeds (docs/decisions/0004)."""
    rule = codepipeline.Rule(
        name="SomethingToDeploy",
        provider="VariableCheck",
        version="1",
        configuration={"Variable": f"#{{{_BUILD}.DEPLOY}}", "Operator": "EQ", "Value": "yes"},
    )
    return codepipeline.Conditions(conditions=[codepipeline.Condition(result=codepipeline.Result.SKIP, rules=[rule])])
