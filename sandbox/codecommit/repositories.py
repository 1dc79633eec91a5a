"""Repositories: create, describe, rename, delete."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping

from sandbox.codecommit import references
from sandbox.codecommit.first_commit import make_first_commit
from sandbox.codecommit.git import Git
from sandbox.codecommit.service import KIND, TAGS, CodeCommit
from sandbox.errors import DeclaredError
from sandbox.pages import page
from sandbox.store import Document

DEFAULT_BRANCH = "main"
_PAGE = 1000


def create_repository(codecommit: CodeCommit, request: Document) -> Document:
    return {"repositoryMetadata": create(codecommit, request, files={}, branch=DEFAULT_BRANCH)}


def create(codecommit: CodeCommit, request: Document, *, files: Mapping[str, bytes], branch: str) -> Document:
    """A repository, with a first commit of `files` if there are any; as CodeCommit has it, an empty one has no default branch."""
    name, now = request["repositoryName"], codecommit.now()
    repository = {
        **{member: value for member, value in request.items() if member != "tags"},
        "repositoryId": str(uuid.uuid4()),
        "accountId": codecommit.settings.account,
        "creationDate": now,
        "lastModifiedDate": now,
        TAGS: request.get("tags", {}),
    }
    if files:
        repository["defaultBranch"] = branch
    git = Git(codecommit.folder(repository["repositoryId"]))
    git.folder.parent.mkdir(parents=True, exist_ok=True)
    git.initialise(branch)
    if files:
        make_first_commit(git, files, branch=branch)
    with codecommit.store.transaction():
        taken = codecommit.store.get(KIND, name) is not None
        if not taken:
            codecommit.store.put(KIND, name, repository)
    if taken:
        shutil.rmtree(git.folder)
        raise DeclaredError("RepositoryNameExistsException", f"Repository named {name} already exists")
    with codecommit.held(name) as held:
        references.changed(codecommit, held)
    return metadata(codecommit, repository)


def metadata(codecommit: CodeCommit, repository: Document) -> Document:
    """RepositoryMetadata; the clone URL names the sandbox of the moment, whose port may have changed since."""
    name, region = repository["repositoryName"], codecommit.settings.region
    return {
        **{member: value for member, value in repository.items() if not member.startswith("_")},
        "Arn": codecommit.arn(name),
        "cloneUrlHttp": f"{codecommit.settings.endpoint_url}/v1/repos/{name}",
        "cloneUrlSsh": f"ssh://git-codecommit.{region}.amazonaws.com/v1/repos/{name}",
    }


def get_repository(codecommit: CodeCommit, request: Document) -> Document:
    return {"repositoryMetadata": metadata(codecommit, codecommit.repository(request["repositoryName"]))}


def batch_get_repositories(codecommit: CodeCommit, request: Document) -> Document:
    names = request["repositoryNames"]
    found = {name: codecommit.store.get(KIND, name) for name in names}
    return {
        "repositories": [metadata(codecommit, document) for document in found.values() if document],
        "repositoriesNotFound": [name for name, document in found.items() if not document],
    }


def list_repositories(codecommit: CodeCommit, request: Document) -> Document:
    by = request.get("sortBy", "repositoryName")
    chosen, more = page(
        codecommit.store.all(KIND),
        order=lambda row: [row[by], row["repositoryName"]],
        size=_PAGE,
        token=request.get("nextToken"),
        descending=request.get("order") == "descending",
    )
    pairs = [{member: row[member] for member in ("repositoryName", "repositoryId")} for row in chosen]
    return {"repositories": pairs, "nextToken": more}


def delete_repository(codecommit: CodeCommit, request: Document) -> Document:
    """DeleteRepository of a name that is not there answers without an id."""
    if codecommit.store.get(KIND, request["repositoryName"]) is None:
        return {}
    with codecommit.held(request["repositoryName"]) as repository:
        codecommit.store.delete(KIND, request["repositoryName"])
        references.forget(codecommit, repository["repositoryId"])
        shutil.rmtree(codecommit.folder(repository["repositoryId"]), ignore_errors=True)
    return {"repositoryId": repository["repositoryId"]}


def update_repository_description(codecommit: CodeCommit, request: Document) -> Document:
    text = request.get("repositoryDescription")
    return _changed(codecommit, request["repositoryName"], {"repositoryDescription": text})


def update_repository_name(codecommit: CodeCommit, request: Document) -> Document:
    old, new = request["oldName"], request["newName"]
    with codecommit.held(old) as repository, codecommit.store.transaction():
        if codecommit.store.get(KIND, new) is not None:
            raise DeclaredError("RepositoryNameExistsException", f"Repository named {new} already exists")
        codecommit.store.delete(KIND, old)
        changed = {"repositoryName": new, "lastModifiedDate": codecommit.now()}
        codecommit.store.put(KIND, new, {**repository, **changed})
    return {}


def update_repository_encryption_key(codecommit: CodeCommit, request: Document) -> Document:
    """The key is written down; the sandbox encrypts nothing."""
    name, key = request["repositoryName"], request["kmsKeyId"]
    repository = codecommit.repository(name)
    _changed(codecommit, name, {"kmsKeyId": key})
    return {"repositoryId": repository["repositoryId"], "kmsKeyId": key, "originalKmsKeyId": repository.get("kmsKeyId")}


def _changed(codecommit: CodeCommit, name: str, changes: Document) -> Document:
    with codecommit.store.transaction():
        codecommit.repository(name)
        codecommit.store.update(KIND, name, {**changes, "lastModifiedDate": codecommit.now()})
    return {}


OPERATIONS = {
    "CreateRepository": create_repository,
    "GetRepository": get_repository,
    "BatchGetRepositories": batch_get_repositories,
    "ListRepositories": list_repositories,
    "DeleteRepository": delete_repository,
    "UpdateRepositoryDescription": update_repository_description,
    "UpdateRepositoryName": update_repository_name,
    "UpdateRepositoryEncryptionKey": update_repository_encryption_key,
}
