"""Builds: start, retry, stop, describe, list, delete (CodeBuild API reference)."""

from __future__ import annotations

from sandbox.codebuild.projects import named
from sandbox.codebuild.running.record import KIND
from sandbox.codebuild.service import CodeBuild
from sandbox.codebuild.starting import start, told
from sandbox.errors import DeclaredError
from sandbox.pages import page
from sandbox.store import Document

_PAGE = 100
_FIVE_MINUTES = 300.0  # that an idempotency token is good for
_TOKEN = "idempotency-token"  # noqa: S105 (a kind of document)


def start_build(codebuild: CodeBuild, request: Document) -> Document:
    project = named(codebuild, request["projectName"].rpartition("/")[2])
    kind = request.get("sourceTypeOverride", project["source"]["type"])
    if kind == "CODEPIPELINE":
        raise DeclaredError(
            "InvalidInputException",
            f"The project {project['name']} has its source from CodePipeline: start the pipeline, or give"
            " sourceTypeOverride and artifactsOverride",
        )
    return _once(codebuild, request, project["name"])


def _once(codebuild: CodeBuild, request: Document, project: str) -> Document:
    """The same token within five minutes gives the same build (API_StartBuild, idempotencyToken)."""
    token = request.get("idempotencyToken")
    if not token:
        return {"build": start(codebuild, request)}
    with codebuild.store.transaction():
        earlier = codebuild.store.get(_TOKEN, f"{project}/{token}")
        if earlier and codebuild.around.clock.now() - earlier["at"] < _FIVE_MINUTES:
            if earlier["request"] != request:
                raise DeclaredError("InvalidInputException", f"idempotencyToken {token}: parameter mismatch")
            return {"build": told(_build(codebuild, earlier["id"]))}
        build = start(codebuild, request)
        kept = {"request": request, "id": build["id"], "at": codebuild.around.clock.now()}
        codebuild.store.put(_TOKEN, f"{project}/{token}", kept)
    return {"build": build}


def retry_build(codebuild: CodeBuild, request: Document) -> Document:
    """A new build of what an earlier one was asked for."""
    if not request.get("id"):
        raise DeclaredError("InvalidInputException", "The id of the build to retry must be given")
    earlier = _build(codebuild, request["id"])
    if not earlier["buildComplete"]:
        raise DeclaredError("InvalidInputException", f"Cannot retry build {earlier['arn']}: it is in progress")
    if earlier.get("_pipeline"):
        raise DeclaredError(
            "InvalidInputException", f"Cannot retry build {earlier['arn']}: its pipeline does (RetryStageExecution)"
        )
    again = {name: value for name, value in earlier["_request"].items() if name != "idempotencyToken"}
    if "idempotencyToken" in request:
        again["idempotencyToken"] = request["idempotencyToken"]
    return _once(codebuild, again, earlier["projectName"])


def stop_build(codebuild: CodeBuild, request: Document) -> Document:
    """It ends by itself soon; a build that is complete stays as it is."""
    build = _build(codebuild, request["id"])
    codebuild.stop(build["id"])
    return {"build": told(build)}


def _build(codebuild: CodeBuild, given: str) -> Document:
    build = codebuild.store.get(KIND, _id(given))
    if build is None:
        raise DeclaredError("ResourceNotFoundException", f"Build cannot be found: {given}")
    return build


def _id(given: str) -> str:
    """By id or by ARN."""
    return given.rpartition("build/")[2]


def batch_get_builds(codebuild: CodeBuild, request: Document) -> Document:
    found = {given: codebuild.store.get(KIND, _id(given)) for given in request["ids"]}
    return {
        "builds": [told(build) for build in found.values() if build],
        "buildsNotFound": [given for given, build in found.items() if not build],
    }


def list_builds(codebuild: CodeBuild, request: Document) -> Document:
    return _listed(codebuild.store.all(KIND), request)


def list_builds_for_project(codebuild: CodeBuild, request: Document) -> Document:
    project = named(codebuild, request["projectName"].rpartition("/")[2])
    return _listed(codebuild.store.all(KIND, parent=project["name"]), request)


def _listed(builds: list[Document], request: Document) -> Document:
    """The newest first, unless asked otherwise."""
    chosen, more = page(
        builds,
        order=lambda build: [build["startTime"], build["id"]],
        size=_PAGE,
        token=request.get("nextToken"),
        descending=request.get("sortOrder", "DESCENDING") == "DESCENDING",
    )
    return {"ids": [build["id"] for build in chosen], "nextToken": more}


def batch_delete_builds(codebuild: CodeBuild, request: Document) -> Document:
    deleted, kept = [], []
    for given in request["ids"]:
        build = codebuild.store.get(KIND, _id(given))
        if build is None:
            kept.append({"id": given, "statusCode": "RESOURCE_NOT_FOUND"})
        elif not build["buildComplete"]:
            kept.append({"id": build["arn"], "statusCode": "BUILD_IN_PROGRESS"})
        else:
            codebuild.store.delete(KIND, build["id"])
            deleted.append(build["arn"])
    return {"buildsDeleted": deleted, "buildsNotDeleted": kept}


OPERATIONS = {
    "StartBuild": start_build,
    "RetryBuild": retry_build,
    "StopBuild": stop_build,
    "BatchGetBuilds": batch_get_builds,
    "ListBuilds": list_builds,
    "ListBuildsForProject": list_builds_for_project,
    "BatchDeleteBuilds": batch_delete_builds,
}
