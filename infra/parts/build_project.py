"""A CodeBuild project that runs a build spec on the source it is given, with its log, its role and its variables."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.parts.log import Log

_MINUTES = 30


class BuildProject(codebuild.PipelineProject):
    """No privileges, no secrets among the variables, no cache: a build starts from the source alone."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        build_spec: codebuild.BuildSpec,
        environment: Mapping[str, str],
        role: iam.IRole,
        key: kms.IKey,
    ) -> None:
        log = Log(scope, f"{construct_id}Log", name=f"/aws/codebuild/{name}", key=key)
        super().__init__(
            scope,
            construct_id,
            project_name=name,
            role=role,
            encryption_key=key,
            build_spec=build_spec,
            environment=codebuild.BuildEnvironment(
                # It carries the Python that buildspec.yml asks for.
                build_image=codebuild.LinuxBuildImage.AMAZON_LINUX_2023_5,
                compute_type=codebuild.ComputeType.SMALL,
                privileged=False,
            ),
            environment_variables=plain(environment),
            logging=codebuild.LoggingOptions(cloud_watch=codebuild.CloudWatchLoggingOptions(log_group=log)),
            timeout=Duration.minutes(_MINUTES),
            grant_report_group_permissions=False,
        )


def plain(variables: Mapping[str, str]) -> dict[str, codebuild.BuildEnvironmentVariable]:
    """Variables in plain text, of a project or of an action that runs one."""
    return {name: codebuild.BuildEnvironmentVariable(value=value) for name, value in variables.items()}
