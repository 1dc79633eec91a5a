"""A CodeBuild project that runs a build spec on the source it is given, with its log, its role and its variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from infra.parts.key import Key
from infra.parts.log import Log
from infra.parts.resource import Resource
from infra.parts.unit import Unit

# Carries the Python that buildspec.yml asks for.
IMAGE = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
_MINUTES = 30


@dataclass(frozen=True)
class Recipe:
    """What a build does: a file of the repository or the text of a build spec, and the variables it reads."""

    build_spec: str
    variables: Mapping[str, str] = field(default_factory=dict)


class BuildProject(Unit):
    """No privileges, no secrets among the variables, no cache: a build starts from the source alone."""

    def __init__(
        self,
        scope: Unit,
        construct_id: str,
        *,
        name: str,
        recipe: Recipe,
        role: Resource,
        key: Key,
    ) -> None:
        super().__init__(scope, construct_id)
        log = Log(self, "Log", name=f"/aws/codebuild/{name}", key=key)
        self.resource = Resource(
            self,
            "Project",
            type="AWS::CodeBuild::Project",
            properties={
                "Name": name,
                "ServiceRole": role.arn,
                "EncryptionKey": key.arn,
                "Artifacts": {"Type": "CODEPIPELINE"},
                "Source": {"Type": "CODEPIPELINE", "BuildSpec": recipe.build_spec},
                "Environment": {
                    "Type": "LINUX_CONTAINER",
                    "ComputeType": "BUILD_GENERAL1_SMALL",
                    "Image": IMAGE,
                    "PrivilegedMode": False,
                    "EnvironmentVariables": [
                        {"Name": variable, "Value": value, "Type": "PLAINTEXT"}
                        for variable, value in recipe.variables.items()
                    ],
                },
                "LogsConfig": {"CloudWatchLogs": {"Status": "ENABLED", "GroupName": log.name}},
                "TimeoutInMinutes": _MINUTES,
            },
        )
