"""What people hear about: every failure, every deployment and whatever waits for them, in one form, on one topic."""

from __future__ import annotations

from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.iam.arns import ProjectArns
from infra.parts.function import Function, FunctionDefaults
from infra.parts.rule import Rule, pattern
from infra.settings import Settings
from infra.settings.names import PRODUCTION

_ACTION = "CodePipeline Action Execution State Change"


class Notices(Construct):
    """Each rule hands its event to the one function that puts it into words."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        arns: ProjectArns,
        role: iam.IRole,
        functions: FunctionDefaults,
    ) -> None:
        super().__init__(scope, construct_id)
        names = settings.names
        environment = {"TOPIC_ARN": functions.topic.topic_arn, "SAGEMAKER_PROJECT_NAME": names.project}
        function = Function(self, "Function", package="notices", role=role, environment=environment, defaults=functions)
        for kind, given in _events(arns, waits=settings.approval.before_production).items():
            name = f"{names.notices}-{kind.lower()}"
            rule = Rule(self, kind, name=name, pattern=given, dead_letter_queue=functions.dead_letter_queue)
            rule.invokes(function)


def _events(arns: ProjectArns, *, waits: bool) -> dict[str, events.EventPattern]:
    """One event for each thing that happens. `waits` says whether production waits for a person."""
    names = arns.names
    stops = {"pipeline": [names.model_build, names.model_deploy], "state": ["STOPPED"]}
    return {
        **_of_model_build(arns),
        **_of_model_deploy(names.model_deploy, waits=waits),
        "Stops": pattern("aws.codepipeline", "CodePipeline Pipeline Execution State Change", stops),
    }


def _of_model_build(arns: ProjectArns) -> dict[str, events.EventPattern]:
    """A failed build is reported by CodeBuild's event, and not by its pipeline's as well."""
    names = arns.names
    training = arns.sagemaker("pipeline", names.sagemaker_pipeline)
    return {
        "Training": pattern(
            "aws.sagemaker",
            "SageMaker Model Building Pipeline Execution Status Change",
            {"pipelineArn": [training], "currentPipelineExecutionStatus": ["Failed", "Stopped"]},
        ),
        "Versions": pattern(
            "aws.sagemaker",
            "SageMaker Model Package State Change",
            {
                "ModelPackageGroupName": [names.model_package_group],
                "ModelPackageStatus": ["Completed"],
                "ModelApprovalStatus": ["PendingManualApproval"],
            },
        ),
        "Builds": pattern(
            "aws.codebuild",
            "CodeBuild Build State Change",
            {"project-name": [names.model_build], "build-status": ["FAILED", "FAULT", "STOPPED", "TIMED_OUT"]},
        ),
        "Sources": pattern(
            "aws.codepipeline",
            _ACTION,
            {
                "pipeline": [names.model_build],
                "state": ["FAILED"],
                "type": {"provider": [{"anything-but": ["CodeBuild"]}]},
            },
        ),
    }


def _of_model_deploy(pipeline: str, *, waits: bool) -> dict[str, events.EventPattern]:
    """What fails, builds included, is reported by the pipeline's event: it alone knows the execution, and so the version and
    what to retry.
    """
    # In place of the approval action's own message, so that this too comes in the one form; the function looks up
    # the link to the test report, which is the action's ExternalEntityLink.
    asked = {"pipeline": [pipeline], "state": ["STARTED"], "type": {"category": ["Approval"]}}
    return {
        "Actions": pattern("aws.codepipeline", _ACTION, {"pipeline": [pipeline], "state": ["FAILED"]}),
        **({"Approvals": pattern("aws.codepipeline", _ACTION, asked)} if waits else {}),
        "Deployments": pattern(
            "aws.codepipeline",
            "CodePipeline Stage Execution State Change",
            {"pipeline": [pipeline], "stage": [PRODUCTION], "state": ["SUCCEEDED"]},
        ),
    }
