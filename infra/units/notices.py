"""What people hear about: every failure, every deployment and whatever waits for them, in one form, on one topic."""

from __future__ import annotations

from collections.abc import Mapping

from infra.iam.arns import HomeGround
from infra.parts.function import Function, Program
from infra.parts.rule import Rule
from infra.parts.unit import ProjectStack, Unit
from infra.settings import Settings
from infra.settings.names import PRODUCTION
from infra.units.foundation import Foundation

Pattern = Mapping[str, object]


class Notices(Unit):
    """Each rule hands its event to the one function that puts it into words."""

    def __init__(self, scope: ProjectStack, construct_id: str, *, foundation: Foundation, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        names = foundation.names
        variables = {"TOPIC_ARN": foundation.topic.arn, "SAGEMAKER_PROJECT_NAME": names.project}
        function = Function(
            self,
            "Function",
            program=Program("notices", variables),
            role=foundation.roles.notices,
            foundation=foundation,
        )
        for news, pattern in _news(foundation.ground, waits=settings.approval.before_production).items():
            name = f"{names.notices}-{news.lower()}"
            Rule(self, news, name=name, pattern=pattern, undelivered=foundation.undelivered).invokes(function)


def _news(ground: HomeGround, *, waits: bool) -> dict[str, Pattern]:
    """One event for each thing that happens. `waits` says whether production waits for a person.

    A build of model-build is told by CodeBuild, and not by its pipeline as well. What fails in the deploy pipeline, builds
    included, is told by the pipeline: its event alone knows the execution, and so the version and what to retry.
    """
    names = ground.names
    action, pipelines = "CodePipeline Action Execution State Change", [names.model_build, names.model_deploy]
    training = ground.sagemaker("pipeline", names.sagemaker_pipeline)
    # In place of the approval action's own message, so that this too comes in the one form; the function looks up
    # the link to the test report, which is the action's ExternalEntityLink.
    approvals = _pattern(
        "aws.codepipeline",
        action,
        {"pipeline": [names.model_deploy], "state": ["STARTED"], "type": {"category": ["Approval"]}},
    )
    return {
        "Training": _pattern(
            "aws.sagemaker",
            "SageMaker Model Building Pipeline Execution Status Change",
            {"pipelineArn": [training], "currentPipelineExecutionStatus": ["Failed", "Stopped"]},
        ),
        "Versions": _pattern(
            "aws.sagemaker",
            "SageMaker Model Package State Change",
            {
                "ModelPackageGroupName": [names.model_package_group],
                "ModelPackageStatus": ["Completed"],
                "ModelApprovalStatus": ["PendingManualApproval"],
            },
        ),
        "Builds": _pattern(
            "aws.codebuild",
            "CodeBuild Build State Change",
            {"project-name": [names.model_build], "build-status": ["FAILED", "FAULT", "STOPPED", "TIMED_OUT"]},
        ),
        "Sources": _pattern(
            "aws.codepipeline",
            action,
            {
                "pipeline": [names.model_build],
                "state": ["FAILED"],
                "type": {"provider": [{"anything-but": ["CodeBuild"]}]},
            },
        ),
        "Actions": _pattern("aws.codepipeline", action, {"pipeline": [names.model_deploy], "state": ["FAILED"]}),
        **({"Approvals": approvals} if waits else {}),
        "Deployments": _pattern(
            "aws.codepipeline",
            "CodePipeline Stage Execution State Change",
            {"pipeline": [names.model_deploy], "stage": [PRODUCTION], "state": ["SUCCEEDED"]},
        ),
        "Stops": _pattern(
            "aws.codepipeline",
            "CodePipeline Pipeline Execution State Change",
            {"pipeline": pipelines, "state": ["STOPPED"]},
        ),
    }


def _pattern(source: str, detail_type: str, detail: Pattern) -> Pattern:
    return {"source": [source], "detail-type": [detail_type], "detail": detail}
