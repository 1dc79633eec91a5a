"""What happens to a version in a stage: CloudFormation deploys it, a test invokes it, a person lets it go on."""

from __future__ import annotations

import json
from dataclasses import dataclass

from infra.foundation import Foundation
from infra.names import BUILT, DEPLOY_SOURCE
from infra.pipeline_parts import Action, CodeBuildRun, action_type, promoter_arguments
from infra.settings import Stage
from infra.stage_report import StageReport
from infra.stage_roles import ForeignRoles

_APPROVAL_MINUTES = 7 * 24 * 60  # CodePipeline's default; it would wait for up to 86400, which are 60 days


@dataclass(frozen=True)
class StageActions:
    """The actions of one stage. Stack, endpoint and configuration all follow from the stage's name."""

    foundation: Foundation
    stage: Stage

    @property
    def namespace(self) -> str:
        """Under which the outputs of the stage's stack are known to later actions."""
        return f"{self.stage.name.capitalize()}Stack"

    @property
    def version(self) -> str:
        """The one that the stage's stack was deployed with, known once it is."""
        return self._output("ModelPackageArn")

    def deploy(self, *, run_order: int, replaces: bool = False) -> Action:
        """No capabilities: a template that makes a role is refused.

        A stack whose first deployment failed is in ROLLBACK_COMPLETE, and CREATE_UPDATE fails on it for ever. With `replaces`
        the action deletes a stack in a failed state and makes it anew; one of these states, UPDATE_ROLLBACK_FAILED, has an
        endpoint that still serves, so production is not replaced: its notice prints what to type.
        https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html (ActionMode)
        """
        configuration = {
            "ActionMode": "REPLACE_ON_FAILURE" if replaces else "CREATE_UPDATE",
            "StackName": self.foundation.names.endpoint(self.stage.name),
            "TemplatePath": f"{BUILT}::endpoint.yaml",
            "TemplateConfiguration": f"{BUILT}::{self.stage.name}-config-export.json",
        }
        abroad = self._abroad
        if abroad is None:
            configuration["RoleArn"] = self.foundation.roles.cloudformation[self.stage.name].arn
        else:  # the endpoint's role, too, is one of the stage's own account
            configuration["RoleArn"] = abroad.cloudformation
            configuration["ParameterOverrides"] = json.dumps({"ModelExecutionRoleArn": abroad.endpoint})
        return {
            "Name": "Deploy",
            "Namespace": self.namespace,
            "RunOrder": run_order,
            "ActionTypeId": action_type("Deploy", "CloudFormation"),
            "Configuration": configuration,
            "InputArtifacts": [{"Name": BUILT}],
            **({} if abroad is None else {"RoleArn": abroad.deployer}),
        }

    def recheck(self, name: str, *, version: str, run_order: int) -> Action:
        """Is it still approved, and still the model that was registered? A person may have taken days.

        The code is not tested again: Build has tested this very source artifact, in this execution.
        """
        arguments, project = f"{promoter_arguments(self.stage)} --dry-run", self.foundation.names.model_deploy
        variables = {"MODEL_PACKAGE_ARN": version, "BUILD_ARGUMENTS": arguments, "TESTED": "yes"}
        return CodeBuildRun(
            name=name, project=project, source=DEPLOY_SOURCE, run_order=run_order, variables=variables
        ).action()

    def test(self, name: str, *, run_order: int) -> Action:
        """Expects the very version that was deployed, within the budget that its configuration states."""
        variables = {
            "ENDPOINT_NAME": self._output("EndpointName"),
            "MODEL_PACKAGE_ARN": self.version,
            "LATENCY_BUDGET_MS": self._output("LatencyBudgetMs"),
            "REPORT_URI": self._report.uri,
        }
        if self._abroad is not None:
            variables["TESTER_ROLE_ARN"] = self._abroad.tester
        project = self.foundation.names.smoke_test
        run = CodeBuildRun(
            name=name,
            project=project,
            source=DEPLOY_SOURCE,
            category="Test",
            run_order=run_order,
            variables=variables,
        )
        return run.action()

    def approve(self, name: str, *, run_order: int) -> Action:
        """People hear of it through `notices.py`."""
        return {
            "Name": name,
            "RunOrder": run_order,
            "ActionTypeId": action_type("Approval", "Manual"),
            "Configuration": {
                "ExternalEntityLink": self._report.link,
                "CustomData": f"{self.version} passed its test in {self.stage.name}. Approve: it goes to production.",
            },
            "TimeoutInMinutes": _APPROVAL_MINUTES,
        }

    @property
    def _abroad(self) -> ForeignRoles | None:
        return ForeignRoles.of(self.stage, ground=self.foundation.ground) if self.stage.account else None

    def _output(self, name: str) -> str:
        return f"#{{{self.namespace}.{name}}}"

    @property
    def _report(self) -> StageReport:
        return StageReport(self.foundation.storage.artifacts.name, self.stage.name)
