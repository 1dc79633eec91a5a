"""What one build is made of: its project, with what StartBuild puts in the place of the project's own (API_StartBuild)."""

from __future__ import annotations

import platform

from sandbox.errors import DeclaredError, NotInTheSandbox
from sandbox.store import Document

_PLAIN = {
    "sourceVersion": "sourceVersion",
    "artifactsOverride": "artifacts",
    "secondaryArtifactsOverride": "secondaryArtifacts",
    "secondarySourcesOverride": "secondarySources",
    "secondarySourcesVersionOverride": "secondarySourceVersions",
    "cacheOverride": "cache",
    "serviceRoleOverride": "serviceRole",
    "timeoutInMinutesOverride": "timeoutInMinutes",
    "queuedTimeoutInMinutesOverride": "queuedTimeoutInMinutes",
    "encryptionKeyOverride": "encryptionKey",
    "logsConfigOverride": "logsConfig",
}
_SOURCE = {
    "sourceTypeOverride": "type",
    "sourceLocationOverride": "location",
    "buildspecOverride": "buildspec",
    "gitCloneDepthOverride": "gitCloneDepth",
}
_ENVIRONMENT = {
    "environmentTypeOverride": "type",
    "imageOverride": "image",
    "computeTypeOverride": "computeType",
    "privilegedModeOverride": "privilegedMode",
    "imagePullCredentialsTypeOverride": "imagePullCredentialsType",
}
_CARRIED_OUT = {*_PLAIN, *_SOURCE, *_ENVIRONMENT, "environmentVariablesOverride", "projectName", "idempotencyToken"}
SOURCES = ("CODEPIPELINE", "CODECOMMIT", "S3", "NO_SOURCE")
_MACHINES = {"LINUX_CONTAINER": ("x86_64", "amd64"), "ARM_CONTAINER": ("aarch64", "arm64")}


def effective(project: Document, request: Document) -> Document:
    """The project as this build has it. Raises NotInTheSandbox for what the sandbox would not carry out."""
    for name, value in request.items():
        if name not in _CARRIED_OUT and value not in (False, 0, {}, []):
            raise NotInTheSandbox(f"codebuild:StartBuild with {name}")
    build = {**project, "source": {**project["source"]}, "environment": {**project["environment"]}}
    for override, member in _PLAIN.items():
        if override in request:
            build[member] = request[override]
    for override, member in _SOURCE.items():
        if override in request:
            build["source"][member] = request[override]
    for override, member in _ENVIRONMENT.items():
        if override in request:
            build["environment"][member] = request[override]
    variables = {each["name"]: each for each in project["environment"].get("environmentVariables", [])}
    variables |= {each["name"]: each for each in request.get("environmentVariablesOverride", [])}
    build["environment"]["environmentVariables"] = list(variables.values())
    _refuse(build)
    return build


def _refuse(build: Document) -> None:
    for member in ("vpcConfig", "fileSystemLocations", "autoRetryLimit"):
        if build.get(member):
            raise NotInTheSandbox(f"a build with {member}")
    if build.get("logsConfig", {}).get("s3Logs", {}).get("status") == "ENABLED":
        raise NotInTheSandbox("a build with logsConfig.s3Logs ENABLED")
    _refuse_environment(build["environment"])
    for source in (build["source"], *build.get("secondarySources", [])):
        _refuse_source(source)


def _refuse_environment(environment: Document) -> None:
    for member in ("certificate", "registryCredential", "fleet", "dockerServer", "computeConfiguration"):
        if environment.get(member):
            raise NotInTheSandbox(f"a build with environment.{member}")
    if environment.get("privilegedMode"):
        raise NotInTheSandbox("a build with environment.privilegedMode (Docker inside the build)")
    machines = _MACHINES.get(environment["type"])
    if machines is None:
        raise NotInTheSandbox(f"a build with the environment type {environment['type']}")
    if platform.machine().lower() not in machines:
        raise NotInTheSandbox(f"a build of type {environment['type']} on this machine ({platform.machine()})")
    if not environment["image"].startswith("aws/codebuild/"):
        raise NotInTheSandbox(
            f"the image {environment['image']} (CodeBuild's own, aws/codebuild/..., are stood in for)"
        )


def _refuse_source(source: Document) -> None:
    if source["type"] not in SOURCES:
        raise NotInTheSandbox(f"the source type {source['type']}")
    if source.get("auth") or source.get("insecureSsl") or source.get("reportBuildStatus"):
        raise NotInTheSandbox("a source with auth, insecureSsl or reportBuildStatus")
    if source.get("gitSubmodulesConfig", {}).get("fetchSubmodules"):
        raise NotInTheSandbox("a source with Git submodules")
    if source["type"] == "NO_SOURCE" and "\n" not in source.get("buildspec", "\n"):
        raise DeclaredError(
            "InvalidInputException", "The buildspec of a build without source must be given inline, as YAML"
        )
