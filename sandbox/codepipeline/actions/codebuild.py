"""Build and Test by CodeBuild: a build of a project on the action's artifacts, waited for.

User guide, "AWS CodeBuild build and test action reference".
"""

from __future__ import annotations

import json

from sandbox.caller import called_by
from sandbox.codepipeline.actions.contract import ActionFailed, Done, External, Work
from sandbox.errors import NotInTheSandbox
from sandbox.store import Document

_ABSENT = ("BatchEnabled", "CombineArtifacts")
_TYPES = ("PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER")


def build(work: Work) -> Done:
    for option in _ABSENT:
        if work.configuration.get(option, "false").lower() != "false":
            raise NotInTheSandbox(f"codepipeline: {option} of a CodeBuild action")
    identity = _start(work)
    external = External(id=identity, url=_url(work, identity))
    work.say(external=external)
    codebuild = work.actor.client("codebuild")
    work.abandonment.then(lambda: codebuild.stop_build(id=identity))
    work.neighbours.builds.wait_for_build(identity)
    ended: Document = codebuild.batch_get_builds(ids=[identity])["builds"][0]
    if ended["buildStatus"] != "SUCCEEDED":
        raise ActionFailed(_reason(ended), external=external)
    exported = {each["name"]: each["value"] for each in ended.get("exportedEnvironmentVariables", [])}
    return Done(variables=exported, external=external)


def _start(work: Work) -> str:
    request: Document = {"projectName": work.configuration["ProjectName"]}
    if variables := work.configuration.get("EnvironmentVariables"):
        request["environmentVariablesOverride"] = environment(variables)
    if spec := work.configuration.get("BuildspecOverride"):
        request["buildspecOverride"] = spec
    primary = _primary(work)
    with called_by(work.actor.key):
        return work.neighbours.builds.start_for_pipeline(
            request,
            sources=work.inputs,
            primary=primary,
            outputs=work.outputs,
            initiator=f"codepipeline/{work.pipeline['name']}",
            execution_id=work.execution["pipelineExecutionId"],
            encryption_key=work.encryption_key,
            revision=_revision(work, primary),
        )


def _revision(work: Work, artifact: str) -> str:
    """Which source action made the artifact, and of what; nothing for one that another action made."""
    known = {each["name"]: str(each["revisionId"]) for each in work.execution.get("artifactRevisions", [])}
    return known.get(artifact, "")


def _primary(work: Work) -> str:
    """Required with more than one input artifact; otherwise the only one."""
    chosen = work.configuration.get("PrimarySource")
    if chosen is None and len(work.inputs) > 1:
        raise ActionFailed("PrimarySource is required with more than one input artifact", code="ConfigurationError")
    if chosen is not None and chosen not in work.inputs:
        raise ActionFailed(f"PrimarySource '{chosen}' is none of the input artifacts", code="ConfigurationError")
    return chosen or next(iter(work.inputs))


def environment(text: str) -> list[Document]:
    """The JSON of EnvironmentVariables, as StartBuild takes it."""
    try:
        listed = json.loads(text)
    except ValueError as error:
        raise ActionFailed(f"EnvironmentVariables is not valid JSON: {error}", code="ConfigurationError") from error
    if not isinstance(listed, list) or not all(_is_variable(each) for each in listed):
        raise ActionFailed(
            'EnvironmentVariables must be a JSON array of {"name", "value", "type"}', code="ConfigurationError"
        )
    return [{"type": "PLAINTEXT", **each} for each in listed]


def _is_variable(each: object) -> bool:
    return (
        isinstance(each, dict)
        and {"name", "value"} <= each.keys() <= {"name", "value", "type"}
        and all(isinstance(value, str) for value in each.values())
        and each.get("type", "PLAINTEXT") in _TYPES
    )


def _reason(build: Document) -> str:
    """As AWS puts it: "Build terminated with state: FAILED. Phase: BUILD, Code: ..., Message: ..."."""
    said = f"Build terminated with state: {build['buildStatus']}"
    for phase in build.get("phases", []):
        for context in phase.get("contexts", []):
            if phase.get("phaseStatus", "SUCCEEDED") != "SUCCEEDED" and context.get("message"):
                code = context.get("statusCode", "")
                return f"{said}. Phase: {phase['phaseType']}, Code: {code}, Message: {context['message']}"
    return said


def _url(work: Work, identity: str) -> str:
    region, project = work.settings.region, work.configuration["ProjectName"]
    place = f"codesuite/codebuild/{work.settings.account}/projects/{project}/build/{identity}"
    return f"https://{region}.console.aws.amazon.com/{place}/?region={region}"
