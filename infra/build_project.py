"""A CodeBuild project that runs a build spec on the source it is given, with its log, its role and its variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import RemovalPolicy
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

# Carries the Python that buildspec.yml asks for.
IMAGE = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
_MINUTES = 30


@dataclass(frozen=True)
class Recipe:
    """What a build does: a file of the repository or the text of a build spec, and the variables it reads."""

    build_spec: str
    variables: Mapping[str, str] = field(default_factory=dict)


class BuildProject(Construct):
    """No privileges, no secrets among the variables, no cache: a build starts from the source alone."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        recipe: Recipe,
        role: iam.IRole,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        self._log = logs.LogGroup(
            self,
            "Log",
            log_group_name=f"/aws/codebuild/{name}",
            encryption_key=key,
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.project = codebuild.CfnProject(
            self,
            "Project",
            name=name,
            service_role=role.role_arn,
            encryption_key=key.key_arn,
            artifacts=codebuild.CfnProject.ArtifactsProperty(type="CODEPIPELINE"),
            source=codebuild.CfnProject.SourceProperty(type="CODEPIPELINE", build_spec=recipe.build_spec),
            environment=_environment(recipe.variables),
            logs_config=codebuild.CfnProject.LogsConfigProperty(
                cloud_watch_logs=codebuild.CfnProject.CloudWatchLogsConfigProperty(
                    status="ENABLED", group_name=self._log.log_group_name
                )
            ),
            timeout_in_minutes=_MINUTES,
        )


def _environment(variables: Mapping[str, str]) -> codebuild.CfnProject.EnvironmentProperty:
    return codebuild.CfnProject.EnvironmentProperty(
        type="LINUX_CONTAINER",
        compute_type="BUILD_GENERAL1_SMALL",
        image=IMAGE,
        privileged_mode=False,
        environment_variables=[
            codebuild.CfnProject.EnvironmentVariableProperty(name=name, value=value, type="PLAINTEXT")
            for name, value in variables.items()
        ],
    )
