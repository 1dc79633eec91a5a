"""What happens to a version in a stage: CloudFormation deploys it, a test invokes it, a person lets it go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from aws_cdk import Aws, Duration
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_codepipeline_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.iam.arns import ForeignRoles, ProjectArns
from infra.parts.build_project import plain
from infra.parts.pipeline import EXECUTION, promoter_arguments, stage_report
from infra.settings import Stage

# One for each execution: CodePipeline replaces a change set of the same name, and none may be put in another one's place.
_CHANGE_SET = f"execution-{EXECUTION}"
_REVIEW = "Review"  # namespace of what it has found
_APPROVAL_DAYS = 7  # CodePipeline's default; it would wait for up to 60


@dataclass(frozen=True, kw_only=True)
class StageResources:
    """What the actions of every stage work with; `cloudformation` has the role of each stage in the project's account."""

    arns: ProjectArns
    artifacts: s3.IBucket
    cloudformation: Mapping[str, iam.IRole]
    code: codepipeline.Artifact
    built: codepipeline.Artifact
    promoter: codebuild.IProject
    smoke_test: codebuild.IProject
    review: lambda_.IFunction


class _Built(TypedDict):
    """What the build has made of endpoint.yaml and the stage's configuration, and who changes the stack."""

    template_path: codepipeline.ArtifactPath
    template_configuration: codepipeline.ArtifactPath
    parameter_overrides: Mapping[str, str] | None
    admin_permissions: bool
    deployment_role: iam.IRole


class StageActions:
    """The actions of one stage. Stack, endpoint and configuration all follow from the stage's name."""

    def __init__(self, scope: Construct, stage: Stage, resources: StageResources) -> None:
        self._stage, self._resources = stage, resources
        self._foreign = ForeignRoles.of(stage, arns=resources.arns) if stage.account else None
        self._stack = resources.arns.names.endpoint(stage.name)
        self._namespace = f"{stage.name.capitalize()}Stack"
        self._deployer: iam.IRole | None = None
        self._cloudformation = resources.cloudformation[stage.name]
        if self._foreign is not None:
            self._deployer = _foreign_role(scope, f"{stage.name}-deployer", self._foreign.deployer)
            self._cloudformation = _foreign_role(scope, f"{stage.name}-cloudformation", self._foreign.cloudformation)

    @property
    def version(self) -> str:
        """The one that the stage's stack was deployed with, known once it is."""
        return self._output("ModelPackageArn")

    @property
    def report_link(self) -> str:
        """To the report of the stage's test, which the console shows to those who may read the object."""
        bucket, region = self._resources.artifacts.bucket_name, Aws.REGION
        console = f"https://{region}.console.aws.amazon.com/s3/object/{bucket}"
        return f"{console}?region={region}&prefix={stage_report(self._stage.name)}/report.html"

    def deploy(self, *, run_order: int) -> codepipeline.IAction:
        """No capabilities: a template that makes a role is refused.

        A stack whose first deployment failed is in ROLLBACK_COMPLETE, which no update starts from: the action deletes a stack in
        a failed state and creates it again. Not in production: one of these states, UPDATE_ROLLBACK_FAILED, has an endpoint that
        still serves.
        https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html (ActionMode)
        """
        return actions.CloudFormationCreateUpdateStackAction(
            action_name="Deploy",
            variables_namespace=self._namespace,
            stack_name=self._stack,
            replace_on_failure=True,
            role=self._deployer,
            run_order=run_order,
            **self._built,
        )

    def prepare(self, *, run_order: int) -> codepipeline.IAction:
        """Makes the change set that is reviewed, approved and executed; nothing that is replaced after this is deployed."""
        return actions.CloudFormationCreateReplaceChangeSetAction(
            action_name="Prepare",
            stack_name=self._stack,
            change_set_name=_CHANGE_SET,
            role=self._deployer,
            run_order=run_order,
            **self._built,
        )

    def execute(self, *, run_order: int) -> codepipeline.IAction:
        """Reads no artifact. An empty change set is no failure: the stack is what it should be, and its outputs are reported.

        The role was given with the change set; ExecuteChangeSet takes none.
        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html (RoleARN)
        """
        return actions.CloudFormationExecuteChangeSetAction(
            action_name="Deploy",
            variables_namespace=self._namespace,
            stack_name=self._stack,
            change_set_name=_CHANGE_SET,
            role=self._deployer,
            run_order=run_order,
        )

    def review(self, *, version: str, digests: str, run_order: int) -> codepipeline.IAction:
        """Not by the code of model-deploy: what stands before production is not changed by the push that wants to get there."""
        return actions.LambdaInvokeAction(
            action_name="Review",
            variables_namespace=_REVIEW,
            lambda_=self._resources.review,
            user_parameters={"ChangeSetName": _CHANGE_SET, "ModelPackageArn": version, "Digests": digests},
            run_order=run_order,
        )

    def recheck(self, name: str, *, version: str, run_order: int) -> codepipeline.IAction:
        """Is it still approved, still the one decided last, and still the model that was registered? A person may take days.

        The code is not tested again: Build has tested this very source artifact, in this execution.
        """
        arguments = f"{promoter_arguments(self._stage)} --dry-run --decided-last"
        variables = {"MODEL_PACKAGE_ARN": version, "BUILD_ARGUMENTS": arguments, "TESTED": "yes"}
        return actions.CodeBuildAction(
            action_name=name,
            project=self._resources.promoter,
            input=self._resources.code,
            environment_variables=plain(variables),
            run_order=run_order,
        )

    def test(self, name: str, *, run_order: int) -> codepipeline.IAction:
        """Expects the very version that was deployed, within the budget that its configuration states."""
        variables = {
            "ENDPOINT_NAME": self._output("EndpointName"),
            "MODEL_PACKAGE_ARN": self.version,
            "LATENCY_BUDGET_MS": self._output("LatencyBudgetMs"),
            "REPORT_URI": f"s3://{self._resources.artifacts.bucket_name}/{stage_report(self._stage.name)}",
        }
        if self._foreign is not None:
            variables["TESTER_ROLE_ARN"] = self._foreign.tester
        return actions.CodeBuildAction(
            action_name=name,
            type=actions.CodeBuildActionType.TEST,
            project=self._resources.smoke_test,
            input=self._resources.code,
            environment_variables=plain(variables),
            run_order=run_order,
        )

    def approve(self, name: str, *, version: str, report: str, run_order: int) -> codepipeline.IAction:
        """People hear of it through `notices`. They see what the review has found of the very change that is executed then."""
        return actions.ManualApprovalAction(
            action_name=name,
            external_entity_link=report,
            additional_information=f"{version} passed its test. #{{{_REVIEW}.Change}} Approve: this is carried out.",
            timeout=Duration.days(_APPROVAL_DAYS),
            run_order=run_order,
        )

    @property
    def _built(self) -> _Built:
        built, foreign = self._resources.built, self._foreign
        return {
            "template_path": built.at_path("endpoint.yaml"),
            "template_configuration": built.at_path(f"{self._stage.name}-config-export.json"),
            # The endpoint's role, too, is one of the stage's own account.
            "parameter_overrides": None if foreign is None else {"ModelExecutionRoleArn": foreign.endpoint},
            "admin_permissions": False,
            "deployment_role": self._cloudformation,
        }

    def _output(self, name: str) -> str:
        """Of the stage's stack, known to later actions once it is deployed."""
        return f"#{{{self._namespace}.{name}}}"


def _foreign_role(scope: Construct, construct_id: str, arn: str) -> iam.IRole:
    return iam.Role.from_role_arn(scope, construct_id, arn, mutable=False)
