"""What happens to a version in a stage: CloudFormation deploys it, a test invokes it, a person lets it go on."""

from __future__ import annotations

import json
from dataclasses import dataclass

from infra.iam.stage_roles import ForeignRoles
from infra.parts.pipeline_parts import Action, CodeBuildRun, action_type, promoter_arguments
from infra.settings import Stage
from infra.settings.names import BUILT, DEPLOY_SOURCE
from infra.units.foundation import Foundation
from infra.units.stage_report import StageReport

# One for each execution: CodePipeline replaces a change set of the same name, and none may be put in another one's place.
_CHANGE_SET = "execution-#{codepipeline.PipelineExecutionId}"
_REVIEW = "Review"  # namespace of what it has found
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

    def deploy(self, *, run_order: int) -> Action:
        """No capabilities: a template that makes a role is refused.

        A stack whose first deployment failed is in ROLLBACK_COMPLETE, which no update starts from: the action deletes a stack in
        a failed state and makes it anew. Not in production: one of these states, UPDATE_ROLLBACK_FAILED, has an endpoint that
        still serves.
        https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html (ActionMode)
        """
        return self._cloudformation(
            "Deploy",
            mode={"ActionMode": "REPLACE_ON_FAILURE"} | self._built,
            run_order=run_order,
            more={"Namespace": self.namespace, "InputArtifacts": [{"Name": BUILT}]},
        )

    def prepare(self, *, run_order: int) -> Action:
        """Makes the change set that is reviewed, approved and executed; nothing that is replaced after this is deployed."""
        return self._cloudformation(
            "Prepare",
            mode={"ActionMode": "CHANGE_SET_REPLACE", "ChangeSetName": _CHANGE_SET} | self._built,
            run_order=run_order,
            more={"InputArtifacts": [{"Name": BUILT}]},
        )

    def execute(self, *, run_order: int) -> Action:
        """Reads no artifact. An empty change set is no failure: the stack is what it should be, and its outputs are told."""
        return self._cloudformation(
            "Deploy",
            mode={"ActionMode": "CHANGE_SET_EXECUTE", "ChangeSetName": _CHANGE_SET},
            run_order=run_order,
            more={"Namespace": self.namespace},
        )

    def review(self, *, version: str, digests: str, run_order: int) -> Action:
        """Not by the code of model-deploy: what stands before production is not changed by the push that wants to get there."""
        asked = {"ChangeSetName": _CHANGE_SET, "ModelPackageArn": version, "Digests": digests}
        return {
            "Name": "Review",
            "Namespace": _REVIEW,
            "RunOrder": run_order,
            "ActionTypeId": action_type("Invoke", "Lambda"),
            "Configuration": {"FunctionName": self.foundation.names.review, "UserParameters": json.dumps(asked)},
        }

    @property
    def _built(self) -> dict[str, str]:
        """What the build has made of endpoint.yaml and the stage's configuration."""
        configuration = {
            "TemplatePath": f"{BUILT}::endpoint.yaml",
            "TemplateConfiguration": f"{BUILT}::{self.stage.name}-config-export.json",
        }
        if self._abroad is not None:  # the endpoint's role, too, is one of the stage's own account
            configuration["ParameterOverrides"] = json.dumps({"ModelExecutionRoleArn": self._abroad.endpoint})
        return configuration

    def _cloudformation(self, name: str, *, mode: dict[str, str], run_order: int, more: dict[str, object]) -> Action:
        abroad = self._abroad
        role = self.foundation.roles.cloudformation[self.stage.name].arn if abroad is None else abroad.cloudformation
        return {
            "Name": name,
            "RunOrder": run_order,
            "ActionTypeId": action_type("Deploy", "CloudFormation"),
            "Configuration": {**mode, "StackName": self.foundation.names.endpoint(self.stage.name), "RoleArn": role},
            **more,
            **({} if abroad is None else {"RoleArn": abroad.deployer}),
        }

    def recheck(self, name: str, *, version: str, run_order: int) -> Action:
        """Is it still approved, still the one decided last, and still the model that was registered? A person may take days.

        The code is not tested again: Build has tested this very source artifact, in this execution.
        """
        arguments, project = (
            f"{promoter_arguments(self.stage)} --dry-run --decided-last",
            self.foundation.names.model_deploy,
        )
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
            "REPORT_URI": self.report.uri,
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

    def approve(self, name: str, *, version: str, report: StageReport, run_order: int) -> Action:
        """People hear of it through `notices.py`. They see what the review has found of the very change that is executed then."""
        return {
            "Name": name,
            "RunOrder": run_order,
            "ActionTypeId": action_type("Approval", "Manual"),
            "Configuration": {
                "ExternalEntityLink": report.link,
                "CustomData": f"{version} passed its test. #{{{_REVIEW}.Change}} Approve: this is carried out.",
            },
            "TimeoutInMinutes": _APPROVAL_MINUTES,
        }

    @property
    def _abroad(self) -> ForeignRoles | None:
        return ForeignRoles.of(self.stage, ground=self.foundation.ground) if self.stage.account else None

    def _output(self, name: str) -> str:
        return f"#{{{self.namespace}.{name}}}"

    @property
    def report(self) -> StageReport:
        return StageReport(self.foundation.storage.artifacts.name, self.stage.name)
