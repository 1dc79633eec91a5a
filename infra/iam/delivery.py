"""What the actors of delivery may do: the two CodePipelines, their builds, and the CloudFormation of a stage."""

from __future__ import annotations

from collections.abc import Sequence

from infra.iam import stages
from infra.iam.arns import HomeGround
from infra.iam.stage_roles import ForeignRoles
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
from infra.parts.resource import Resource
from infra.settings import Settings
from infra.settings.names import BUILD_SOURCE, BUILT, CODE, DEPLOY_SOURCE, MODELS, REPORTS


def build(ground: HomeGround, settings: Settings, *, sagemaker_pipeline: Resource) -> Statements:
    """Tests the code, publishes the SageMaker pipeline and starts it; trains nothing itself."""
    pipeline = ground.sagemaker("pipeline", ground.names.sagemaker_pipeline)
    verbs = ("AddTags", "CreatePipeline", "DescribePipeline", "ListTags", "StartPipelineExecution", "UpdatePipeline")
    return [
        *_codebuild(ground, project=ground.names.model_build, codepipeline=ground.names.model_build),
        write_objects("UploadCode", ground.artifacts_arn, [CODE]),
        write_objects("LeaveReports", ground.artifacts_arn, [ground.names.build_reports(ground.names.model_build)]),
        list_objects("SeeWhichDataThereIs", ground.data_arn, [settings.data.prefix]),
        allow("PublishThePipeline", [f"sagemaker:{verb}" for verb in verbs], [pipeline]),
        pass_role("GiveThePipelineItsRole", [sagemaker_pipeline], to="sagemaker.amazonaws.com"),
    ]


def deploy(ground: HomeGround) -> Statements:
    """Asks which version was approved last, reads it and its model, renders what is to be deployed; deploys nothing itself."""
    return [
        *_codebuild(ground, project=ground.names.model_deploy, codepipeline=ground.names.model_deploy),
        write_objects(
            "WriteArtifacts", ground.artifacts_arn, ground.names.artifact_folders(ground.names.model_deploy, BUILT)
        ),
        write_objects("LeaveReports", ground.artifacts_arn, [ground.names.build_reports(ground.names.model_deploy)]),
        read_objects("ReadModels", ground.artifacts_arn, [MODELS]),
        read_versions(ground),
        allow("AskForTheDecision", ["lambda:InvokeFunction"], [ground.function(ground.names.reconciler)]),
    ]


def smoke_test(ground: HomeGround, settings: Settings) -> Statements:
    """Invokes the endpoints of the stages and leaves a report; changes nothing."""
    home = [stage.name for stage in settings.home_stages]
    abroad = [ForeignRoles.of(stage, ground=ground).tester for stage in settings.foreign_stages]
    return [
        *_codebuild(ground, project=ground.names.smoke_test, codepipeline=ground.names.model_deploy),
        *stages.look_at_endpoints(ground, stages=home),
        *stages.invoke_endpoints(ground, stages=home),
        *stages.act_abroad(abroad),
        read_versions(ground),
        read_objects("ReadModels", ground.artifacts_arn, [MODELS]),
        write_objects("LeaveReports", ground.artifacts_arn, [REPORTS]),
    ]


def codepipeline(ground: HomeGround, *, name: str, projects: Sequence[str]) -> Statements:
    """Starts builds, and moves artifacts between them; what it fetches hangs on the Git host."""
    folders = ground.names.artifact_folders(name)
    verbs = ["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"]
    return [
        allow("RunBuilds", verbs, [ground.arn("codebuild", "project", project) for project in projects]),
        read_objects("ReadArtifacts", ground.artifacts_arn, folders),
        write_objects("WriteArtifacts", ground.artifacts_arn, folders),
        find_bucket(ground.artifacts_arn, "s3:GetBucketVersioning"),
        use_key(ground, "s3"),
    ]


def _codebuild(ground: HomeGround, *, project: str, codepipeline: str) -> Statements:
    """Of every build; one whose action has an output artifact writes artifacts too."""
    source = BUILD_SOURCE if codepipeline == ground.names.model_build else DEPLOY_SOURCE
    folders = ground.names.artifact_folders(codepipeline, source)
    return [
        write_log(ground, f"/aws/codebuild/{project}"),
        read_objects("ReadArtifacts", ground.artifacts_arn, folders),
        find_bucket(ground.artifacts_arn),
        use_key(ground, "s3"),
    ]
