"""Build projects: create, change, describe, list, delete (CodeBuild API reference)."""

from __future__ import annotations

from sandbox.errors import DeclaredError
from sandbox.pages import page
from sandbox.service import Service
from sandbox.store import Document

KIND = "project"
_PAGE = 100
_BATCH = 100
# What AWS answers for members that a request leaves out (API_CreateProject, API_ProjectEnvironment).
_DEFAULTS: Document = {
    "timeoutInMinutes": 60,
    "queuedTimeoutInMinutes": 480,
    "cache": {"type": "NO_CACHE"},
    "tags": [],
    "secondarySources": [],
    "secondaryArtifacts": [],
    "secondarySourceVersions": [],
}
_ENVIRONMENT: Document = {
    "environmentVariables": [],
    "privilegedMode": False,
    "imagePullCredentialsType": "CODEBUILD",
}


def create_project(codebuild: Service, request: Document) -> Document:
    name = request["name"]
    now = codebuild.now()
    project = _whole(codebuild, request, created=now)
    with codebuild.store.transaction():
        if codebuild.store.get(KIND, name) is not None:
            raise DeclaredError("ResourceAlreadyExistsException", f"Project already exists: {arn_of(codebuild, name)}")
        codebuild.store.put(KIND, name, project)
    return {"project": project}


def update_project(codebuild: Service, request: Document) -> Document:
    """Members that the request leaves out stay as they are."""
    with codebuild.store.transaction():
        kept = {k: v for k, v in named(codebuild, request["name"]).items() if k not in ("badge", "badgeEnabled")}
        return {"project": _put(codebuild, {**kept, **request})}


def replace_project(codebuild: Service, request: Document) -> Document:
    """Members that the request leaves out go back to their defaults: what an update of a stack does."""
    with codebuild.store.transaction():
        created = named(codebuild, request["name"])["created"]
        return _put(codebuild, {**request, "created": created})


def _put(codebuild: Service, request: Document) -> Document:
    project = _whole(codebuild, request, created=request["created"])
    codebuild.store.put(KIND, project["name"], project)
    return project


def _whole(codebuild: Service, request: Document, *, created: float) -> Document:
    _check(request)
    account, region = codebuild.settings.account, codebuild.settings.region
    return {
        **_DEFAULTS,
        "encryptionKey": f"arn:aws:kms:{region}:{account}:alias/aws/s3",
        **{member: value for member, value in request.items() if member != "badgeEnabled"},
        "environment": {**_ENVIRONMENT, **request["environment"]},
        "badge": {"badgeEnabled": request.get("badgeEnabled", False)},
        "projectVisibility": "PRIVATE",
        "arn": arn_of(codebuild, request["name"]),
        "created": created,
        "lastModified": codebuild.now(),
    }


def _check(request: Document) -> None:
    """What goes together: a project of a pipeline has both its source and its artifacts from there (API_ProjectArtifacts)."""
    source, artifacts = request["source"], request["artifacts"]
    if (source["type"] == "CODEPIPELINE") != (artifacts["type"] == "CODEPIPELINE"):
        raise DeclaredError(
            "InvalidInputException",
            f"Invalid project: source type {source['type']} does not go with artifacts type {artifacts['type']};"
            " CODEPIPELINE is for both or for neither",
        )
    if source["type"] not in ("CODEPIPELINE", "NO_SOURCE") and not source.get("location"):
        raise DeclaredError("InvalidInputException", "Invalid project source: location must be given")
    if source["type"] == "NO_SOURCE" and not source.get("buildspec"):
        raise DeclaredError("InvalidInputException", "Invalid project source: a buildspec must be given with NO_SOURCE")
    if artifacts["type"] == "S3" and not artifacts.get("location"):
        raise DeclaredError("InvalidInputException", "Invalid project artifacts: location must be given with S3")


def named(codebuild: Service, name: str) -> Document:
    project = codebuild.store.get(KIND, name)
    if project is None:
        raise DeclaredError("ResourceNotFoundException", f"Project cannot be found: {arn_of(codebuild, name)}")
    return project


def batch_get_projects(codebuild: Service, request: Document) -> Document:
    """By name or by ARN."""
    if len(request["names"]) > _BATCH:
        raise DeclaredError("InvalidInputException", f"At most {_BATCH} names are allowed")
    found = {name: codebuild.store.get(KIND, name.rpartition("/")[2]) for name in request["names"]}
    return {
        "projects": [project for project in found.values() if project],
        "projectsNotFound": [name for name, project in found.items() if not project],
    }


def list_projects(codebuild: Service, request: Document) -> Document:
    by = {"CREATED_TIME": "created", "LAST_MODIFIED_TIME": "lastModified"}.get(request.get("sortBy", ""), "name")
    chosen, more = page(
        codebuild.store.all(KIND),
        order=lambda project: [project[by], project["name"]],
        size=_PAGE,
        token=request.get("nextToken"),
        descending=request.get("sortOrder") == "DESCENDING",
    )
    return {"projects": [project["name"] for project in chosen], "nextToken": more}


def delete_project(codebuild: Service, request: Document) -> Document:
    codebuild.store.delete(KIND, request["name"].rpartition("/")[2])
    return {}


def arn_of(codebuild: Service, name: str) -> str:
    return codebuild.arn(f"project/{name}")


OPERATIONS = {
    "CreateProject": create_project,
    "UpdateProject": update_project,
    "BatchGetProjects": batch_get_projects,
    "ListProjects": list_projects,
    "DeleteProject": delete_project,
}
