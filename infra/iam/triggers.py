"""What may start something: events and schedules; and what the approver alone may do."""

from __future__ import annotations

from collections.abc import Sequence

from infra.iam.arns import HomeGround
from infra.iam.statements import (
    Statement,
    Statements,
    allow,
    list_versions,
    read_objects,
    send_undelivered,
    use_key,
)
from infra.settings.names import APPROVAL, PRODUCTION, REPORTS


def start_codepipelines(ground: HomeGround, *, names: Sequence[str]) -> Statements:
    return [allow("StartThePipelines", ["codepipeline:StartPipelineExecution"], [*map(ground.codepipeline, names)])]


def wake(ground: HomeGround, *, functions: Sequence[str]) -> Statements:
    """Of the schedules that call a function."""
    arns = [ground.function(name) for name in functions]
    return [allow("WakeFunctions", ["lambda:InvokeFunction"], arns), send_undelivered(ground), use_key(ground, "sqs")]


def start_training(ground: HomeGround) -> Statement:
    pipeline = ground.sagemaker("pipeline", ground.names.sagemaker_pipeline)
    return allow("StartTraining", ["sagemaker:StartPipelineExecution"], [pipeline])


def approve(ground: HomeGround, *, before_production: bool) -> Statements:
    """Of people: decides over versions in the registry, and lets a tested version go on to production."""
    action = f"{ground.codepipeline(ground.names.model_deploy)}/{PRODUCTION}/{APPROVAL}"
    looks = ["codepipeline:GetPipelineState", "codepipeline:ListPipelineExecutions"]
    versions = ["sagemaker:DescribeModelPackage", "sagemaker:UpdateModelPackage"]
    return [
        allow("DecideOverVersions", versions, [ground.versions_arn]),
        list_versions(ground),
        *([allow("LetGoToProduction", ["codepipeline:PutApprovalResult"], [action])] if before_production else []),
        allow("SeeWhatWaits", looks, [ground.codepipeline(ground.names.model_deploy)]),
        read_objects("ReadStageReports", ground.artifacts_arn, [REPORTS]),
        use_key(ground, "s3"),
    ]
