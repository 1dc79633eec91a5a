"""What the actors of delivery may do: the two CodePipelines, their builds, and the CloudFormation of a stage."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_iam as iam

from infra.ground import Ground
from infra.sagemaker_permissions import CODE
from infra.settings import Settings
from infra.statements import (
    Statements,
    allow,
    list_objects,
    pass_role,
    read_objects,
    read_registry,
    use_key,
    write_log,
    write_objects,
)

REPORTS = "reports/"


def build(ground: Ground, *, sagemaker_pipeline: iam.IRole) -> Statements:
    """Tests the code, publishes the SageMaker pipeline and starts it; trains nothing itself."""
    pipeline = ground.sagemaker("pipeline", ground.names.sagemaker_pipeline)
    verbs = ("AddTags", "CreatePipeline", "DescribePipeline", "ListTags", "StartPipelineExecution", "UpdatePipeline")
    return [
        *_codebuild(ground, project=ground.names.model_build, codepipeline=ground.names.model_build),
        read_objects("ReadCode", ground.storage.artifacts, [CODE]),  # to upload nothing twice
        list_objects("ListCode", ground.storage.artifacts, [CODE]),
        write_objects("UploadCode", ground.storage.artifacts, [CODE]),
        allow("PublishThePipeline", [f"sagemaker:{verb}" for verb in verbs], [pipeline]),
        pass_role("GiveThePipelineItsRole", [sagemaker_pipeline], to="sagemaker.amazonaws.com"),
    ]


def deploy(ground: Ground) -> Statements:
    """Reads the registry and the model behind a version, renders what is to be deployed; deploys nothing itself."""
    return [
        *_codebuild(ground, project=ground.names.model_deploy, codepipeline=ground.names.model_deploy),
        read_objects("ReadModels", ground.storage.artifacts, [f"{ground.names.sagemaker_pipeline}/"]),
        read_registry(ground),
    ]


def smoke_test(ground: Ground, settings: Settings) -> Statements:
    """Invokes the endpoints of the stages and leaves a report; changes nothing."""
    names = [ground.names.endpoint(stage.name) for stage in settings.stages]
    own = [ground.sagemaker(kind, f"{name}-*") for kind in ("endpoint-config", "model") for name in names]
    endpoints = [ground.sagemaker("endpoint", name) for name in names]
    look = ["sagemaker:DescribeEndpoint", "sagemaker:DescribeEndpointConfig", "sagemaker:DescribeModel"]
    return [
        *_codebuild(ground, project=ground.names.smoke_test, codepipeline=ground.names.model_deploy),
        allow("LookAtTheEndpoints", look, [*endpoints, *own]),
        allow("InvokeTheEndpoints", ["sagemaker:InvokeEndpoint"], endpoints),
        read_registry(ground),
        read_objects("ReadModels", ground.storage.artifacts, [f"{ground.names.sagemaker_pipeline}/"]),
        write_objects("LeaveReports", ground.storage.artifacts, [REPORTS]),
    ]


def codepipeline(ground: Ground, *, name: str, projects: Sequence[str], source: iam.PolicyStatement) -> Statements:
    """Fetches the source, starts builds, and moves artifacts between them."""
    folder = f"{ground.names.artifact_folder(name)}/"
    verbs = ["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"]
    return [
        source,
        allow("RunBuilds", verbs, [ground.arn("codebuild", "project", project) for project in projects]),
        read_objects("ReadArtifacts", ground.storage.artifacts, [folder]),
        write_objects("WriteArtifacts", ground.storage.artifacts, [folder]),
        allow("FindTheBucket", ["s3:GetBucketLocation", "s3:GetBucketVersioning"], [ground.storage.artifacts.bucket_arn]),
        use_key(ground, "s3", "sns"),
    ]


def _codebuild(ground: Ground, *, project: str, codepipeline: str) -> Statements:
    folder = f"{ground.names.artifact_folder(codepipeline)}/"
    return [
        write_log(ground, f"/aws/codebuild/{project}"),
        read_objects("ReadArtifacts", ground.storage.artifacts, [folder]),
        write_objects("WriteArtifacts", ground.storage.artifacts, [folder]),
        use_key(ground, "s3"),
    ]
