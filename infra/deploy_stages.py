"""The way of a version: source, build, staging with its test and a person's approval (unless nobody is asked), production
with a last look before and after.
"""

from __future__ import annotations

from dataclasses import dataclass

from infra import build_report
from infra.foundation import Foundation
from infra.git_host import GitHost
from infra.names import BUILT, DEPLOY_SOURCE
from infra.pipeline_parts import APPROVAL, PRODUCTION, STAGING, Action, CodeBuildRun, Stage
from infra.settings import Settings
from infra.stage_actions import StageActions

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
                "REPORT_URI": build_report.uri(bucket, project),
            },
        ).action()

    def _staging(self) -> Stage:
        staging = StageActions(self.foundation, self.settings.staging)
        actions = [
            staging.deploy(run_order=1, replaces=True),
            staging.test("Test", run_order=2),
        ]
        if self.settings.approval.before_production:
            actions.append(staging.approve(APPROVAL, run_order=3))
        return {"Name": STAGING, "BeforeEntry": _something_to_deploy(), "Actions": actions}

    def _production(self) -> Stage:
        production = StageActions(self.foundation, self.settings.production)
        tested = StageActions(self.foundation, self.settings.staging).version
        actions = [
            production.recheck("Recheck", version=tested, run_order=1),
            production.deploy(run_order=2),
            production.test("Verify", run_order=3),
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
