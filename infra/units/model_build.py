"""The build pipeline: a push is tested, the SageMaker pipeline is published at that commit, and a run is started."""

from __future__ import annotations

from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_codepipeline_actions as actions
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.iam.roles import Roles
from infra.parts.build_project import BuildProject, plain
from infra.parts.pipeline import Pipeline, build_report
from infra.parts.seed import BUILD_SPEC
from infra.parts.source import Source
from infra.settings import Settings
from infra.settings.names import BUILD_SOURCE
from infra.units.storage import Storage


class ModelBuild(Construct):
    """A later push supersedes an earlier one that still waits."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        source: Source,
        storage: Storage,
        roles: Roles,
        data_check: lambda_.IFunction,
        model_seal: lambda_.IFunction,
    ) -> None:
        """The first build starts the first run, which invokes both functions: the pipeline is created after them."""
        super().__init__(scope, construct_id)
        name, code = settings.names.model_build, codepipeline.Artifact(BUILD_SOURCE)
        arns = {"DATA_CHECK_FUNCTION_ARN": data_check.function_arn, "MODEL_SEAL_FUNCTION_ARN": model_seal.function_arn}
        project = BuildProject(
            self,
            "Build",
            name=name,
            build_spec=codebuild.BuildSpec.from_source_filename(BUILD_SPEC),
            environment=_environment(settings, storage, roles) | arns,
            role=roles.build,
            key=storage.key,
        )
        report = build_report(storage.artifacts, settings.names, project=name)
        self.pipeline = Pipeline(
            self,
            "Pipeline",
            name=name,
            role=roles.build_pipeline,
            artifacts=storage.artifacts,
            mode=codepipeline.ExecutionMode.SUPERSEDED,
            stages=_stages(source.action(code), project, code, report=report),
        )


def _stages(
    source: codepipeline.IAction, project: codebuild.IProject, code: codepipeline.Artifact, *, report: str
) -> list[codepipeline.StageProps]:
    variables = plain({"REPORT_URI": report})
    build = actions.CodeBuildAction(action_name="Build", project=project, input=code, environment_variables=variables)
    return [
        codepipeline.StageProps(stage_name="Source", actions=[source]),
        codepipeline.StageProps(stage_name="Build", actions=[build]),
    ]


def _environment(settings: Settings, storage: Storage, roles: Roles) -> dict[str, str]:
    """The names that model-build/pipelines/settings.py reads; CodeBuild itself sets the region and the commit."""
    names, data = settings.names, settings.data
    bucket = storage.data.bucket_name
    return {
        "BUILD_MODULE": "pipelines.run_pipeline",
        "SAGEMAKER_PROJECT_NAME": settings.project,
        "SAGEMAKER_PIPELINE_NAME": names.sagemaker_pipeline,
        "SAGEMAKER_PIPELINE_ROLE_ARN": roles.sagemaker_pipeline.role_arn,
        "MODEL_EXECUTION_ROLE_ARN": roles.job.role_arn,
        "KMS_KEY_ARN": storage.key.key_arn,
        "ARTIFACT_BUCKET": storage.artifacts.bucket_name,
        "SOURCE_MODEL_PACKAGE_GROUP_NAME": names.model_package_group,
        "MODEL_APPROVAL": settings.approval.model,
        "INPUT_DATA_URI": f"s3://{bucket}/{data.prefix}",
        "BATCH_DATA_URI": f"s3://{bucket}/{data.batch_prefix}",
    } | (settings.vpc.variables if settings.vpc else {})
