"""What the actors of delivery may do: the two CodePipelines, their builds, and the CloudFormation of a stage."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_iam as iam

from infra.iam import stages
from infra.iam.arns import ForeignRoles, ProjectArns
from infra.iam.statements import (
    Statements,
    allow,
    find_bucket,
    list_objects,
    pass_role,
    read_objects,
    read_versions,
    use_key,
    write_log,
    write_objects,
)
from infra.settings import GitHostSettings, Settings
from infra.settings.names import BUILD_SOURCE, BUILT, CODE, DEPLOY_SOURCE, MODELS, REPORTS

_CODECOMMIT_VERBS = ("CancelUploadArchive", "GetBranch", "GetCommit", "GetUploadArchiveStatus", "UploadArchive")


def build(arns: ProjectArns, settings: Settings, *, sagemaker_pipeline: iam.IRole) -> Statements:
    """Tests the code, publishes the SageMaker pipeline and starts it; trains nothing itself."""
    pipeline = arns.sagemaker("pipeline", arns.names.sagemaker_pipeline)
    verbs = ("AddTags", "CreatePipeline", "DescribePipeline", "ListTags", "StartPipelineExecution", "UpdatePipeline")
    return [
        *_codebuild(arns, project=arns.names.model_build, codepipeline=arns.names.model_build),
        write_objects("UploadCode", arns.artifacts_arn, [CODE]),
        write_objects("LeaveReports", arns.artifacts_arn, [arns.names.build_reports(arns.names.model_build)]),
        list_objects("SeeWhichDataThereIs", arns.data_arn, [settings.data.prefix]),
        allow("PublishThePipeline", [f"sagemaker:{verb}" for verb in verbs], [pipeline]),
        pass_role("GiveThePipelineItsRole", [sagemaker_pipeline], to="sagemaker.amazonaws.com"),
    ]


def deploy(arns: ProjectArns) -> Statements:
    """Asks which version was approved last, reads it and its model, renders what is to be deployed; deploys nothing itself."""
    return [
        *_codebuild(arns, project=arns.names.model_deploy, codepipeline=arns.names.model_deploy),
        write_objects(
            "WriteArtifacts", arns.artifacts_arn, arns.names.artifact_folders(arns.names.model_deploy, BUILT)
        ),
        write_objects("LeaveReports", arns.artifacts_arn, [arns.names.build_reports(arns.names.model_deploy)]),
        read_objects("ReadModels", arns.artifacts_arn, [MODELS]),
        read_versions(arns),
        allow("AskForTheDecision", ["lambda:InvokeFunction"], [arns.function(arns.names.reconciler)]),
    ]


def smoke_test(arns: ProjectArns, settings: Settings) -> Statements:
    """Invokes the endpoints of the stages and leaves a report; changes nothing."""
    home = [stage.name for stage in settings.home_stages]
    foreign = [ForeignRoles.of(stage, arns=arns).tester for stage in settings.foreign_stages]
    return [
        *_codebuild(arns, project=arns.names.smoke_test, codepipeline=arns.names.model_deploy),
        *stages.look_at_endpoints(arns, stages=home),
        *stages.invoke_endpoints(arns, stages=home),
        *stages.assume_stage_roles(foreign),
        read_versions(arns),
        read_objects("ReadModels", arns.artifacts_arn, [MODELS]),
        write_objects("LeaveReports", arns.artifacts_arn, [REPORTS]),
    ]


def fetch_source(arns: ProjectArns, host: GitHostSettings, *, repository: str) -> iam.PolicyStatement:
    """From the one CodeCommit repository, or through the one connection."""
    if host.is_codecommit:
        arn = arns.place.arn("codecommit", repository)
        return allow("FetchTheSource", [f"codecommit:{verb}" for verb in _CODECOMMIT_VERBS], [arn])
    service = host.connection_arn.split(":")[2]
    return allow("FetchTheSource", [f"{service}:UseConnection"], [host.connection_arn])


def codepipeline(arns: ProjectArns, *, name: str, projects: Sequence[str]) -> Statements:
    """Starts builds, and moves artifacts between them; what it fetches depends on the Git host."""
    folders = arns.names.artifact_folders(name)
    verbs = ["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"]
    return [
        allow("RunBuilds", verbs, [arns.arn("codebuild", "project", project) for project in projects]),
        read_objects("ReadArtifacts", arns.artifacts_arn, folders),
        write_objects("WriteArtifacts", arns.artifacts_arn, folders),
        find_bucket(arns.artifacts_arn, "s3:GetBucketVersioning"),
        use_key(arns, "s3"),
    ]


def _codebuild(arns: ProjectArns, *, project: str, codepipeline: str) -> Statements:
    """Of every build; one whose action has an output artifact writes artifacts too."""
    source = BUILD_SOURCE if codepipeline == arns.names.model_build else DEPLOY_SOURCE
    folders = arns.names.artifact_folders(codepipeline, source)
    return [
        write_log(arns, f"/aws/codebuild/{project}"),
        read_objects("ReadArtifacts", arns.artifacts_arn, folders),
        find_bucket(arns.artifacts_arn),
        use_key(arns, "s3"),
    ]
