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

from infra.parts.git_host import GitHost
from infra.parts.pipeline_parts import Action, CodeBuildRun, Stage, build_report
from infra.settings import Settings
from infra.settings.names import APPROVAL, BUILT, DEPLOY_SOURCE, PRODUCTION, STAGING
from infra.units.foundation import Foundation
from infra.units.stage_actions import StageActions

_BUILD = "BuildVariables"


@dataclass(frozen=True)
class DeployStages:
    """Each stage by its name."""

    foundation: Foundation
    settings: Settings
    git_host: GitHost

    def in_order(self) -> list[Stage]:
        return [
            {"Name": "Source", "Actions": [self._source()]},
            {"Name": "Build", "Actions": [self._build()]},
            self._staging(),
            self._production(),
        ]

    def _source(self) -> Action:
        name, full_name = self.foundation.names.model_deploy, self.settings.git_host.model_deploy_repository
        return self.git_host.source_action(name, full_name=full_name, output=DEPLOY_SOURCE)

    def _build(self) -> Action:
        project, bucket = self.foundation.names.model_deploy, self.foundation.storage.artifacts.name
        return CodeBuildRun(
            name="Build",
            project=project,
            source=DEPLOY_SOURCE,
            namespace=_BUILD,
            output=BUILT,
            variables={
                "MODEL_PACKAGE_ARN": "#{variables.ModelPackageArn}",
                "REPORT_URI": build_report(bucket, self.foundation.names, project=project),
            },
        ).action()

    def _staging(self) -> Stage:
        staging = StageActions(self.foundation, self.settings.staging)
        actions = [staging.deploy(run_order=1), staging.test("Test", run_order=2)]
        return {"Name": STAGING, "BeforeEntry": _something_to_deploy(), "Actions": actions}

    def _production(self) -> Stage:
        production = StageActions(self.foundation, self.settings.production)
        staging = StageActions(self.foundation, self.settings.staging)
        tested = staging.version
        approval = production.approve(APPROVAL, version=tested, report=staging.report, run_order=3)
        actions = [
            production.prepare(run_order=1),
            production.review(version=tested, digests=f"#{{{_BUILD}.DIGESTS}}", run_order=2),
            *([approval] if self.settings.approval.before_production else []),
            production.recheck("Recheck", version=tested, run_order=4),
            production.execute(run_order=5),
            production.test("Verify", run_order=6),
        ]
        return {"Name": PRODUCTION, "BeforeEntry": _something_to_deploy(), "Actions": actions}


def _something_to_deploy() -> dict[str, object]:
    """On the first day nothing is approved: the stage is skipped and the pipeline succeeds (docs/decisions/0004)."""
    rule = {
        "Name": "SomethingToDeploy",
        "RuleTypeId": {"Category": "Rule", "Owner": "AWS", "Provider": "VariableCheck", "Version": "1"},
        "Configuration": {"Variable": f"#{{{_BUILD}.DEPLOY}}", "Operator": "EQ", "Value": "yes"},
    }
    return {"Conditions": [{"Result": "SKIP", "Rules": [rule]}]}
