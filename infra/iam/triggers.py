"""What may start something: events and schedules; and what the approver alone may do."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_iam as iam

from infra.iam.arns import ProjectArns
from infra.iam.statements import (
    Statements,
    allow,
    list_versions,
    read_objects,
    send_undelivered,
    use_key,
)
from infra.settings.names import APPROVAL, PRODUCTION, REPORTS


def start_codepipelines(arns: ProjectArns, *, names: Sequence[str]) -> Statements:
    return [allow("StartThePipelines", ["codepipeline:StartPipelineExecution"], [*map(arns.codepipeline, names)])]


def invoke(arns: ProjectArns, *, functions: Sequence[str]) -> Statements:
    """Of the schedules that call a function."""
    called = [arns.function(name) for name in functions]
    return [allow("WakeFunctions", ["lambda:InvokeFunction"], called), send_undelivered(arns), use_key(arns, "sqs")]


def start_training(arns: ProjectArns) -> iam.PolicyStatement:
    pipeline = arns.sagemaker("pipeline", arns.names.sagemaker_pipeline)
    return allow("StartTraining", ["sagemaker:StartPipelineExecution"], [pipeline])


def approve(arns: ProjectArns, *, before_production: bool) -> Statements:
    """Of people: decides over versions in the registry, and lets a tested version go on to production."""
    action = f"{arns.codepipeline(arns.names.model_deploy)}/{PRODUCTION}/{APPROVAL}"
    looks = ["codepipeline:GetPipelineState", "codepipeline:ListPipelineExecutions"]
    versions = ["sagemaker:DescribeModelPackage", "sagemaker:UpdateModelPackage"]
    return [
        allow("DecideOverVersions", versions, [arns.versions_arn]),
        list_versions(arns),
        *([allow("LetGoToProduction", ["codepipeline:PutApprovalResult"], [action])] if before_production else []),
        allow("SeeWhatWaits", looks, [arns.codepipeline(arns.names.model_deploy)]),
        read_objects("ReadStageReports", arns.artifacts_arn, [REPORTS]),
        use_key(arns, "s3"),
    ]
