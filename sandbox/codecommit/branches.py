"""Branches: create, read, delete, and which one is the default."""

from __future__ import annotations

import re

from sandbox.codecommit import references
from sandbox.codecommit.git import Git
from sandbox.codecommit.service import KIND, CodeCommit
from sandbox.errors import DeclaredError
from sandbox.store import Document

_COMMIT_ID = re.compile(r"[0-9a-f]{40}")


def get_branch(codecommit: CodeCommit, request: Document) -> Document:
    if "repositoryName" not in request:
        raise DeclaredError("RepositoryNameRequiredException", "A repository name is required")
    if "branchName" not in request:
        raise DeclaredError("BranchNameRequiredException", "A branch name is required")
    name = request["branchName"]
    return {"branch": {"branchName": name, "commitId": tip(codecommit.git(request["repositoryName"]), name)}}


def list_branches(codecommit: CodeCommit, request: Document) -> Document:
    return {"branches": sorted(codecommit.git(request["repositoryName"]).branches())}


def create_branch(codecommit: CodeCommit, request: Document) -> Document:
    name, commit = request["branchName"], request["commitId"]
    with codecommit.held(request["repositoryName"]) as repository:
        git = Git(codecommit.folder(repository["repositoryId"]))
        check_name(git, name)
        if not _COMMIT_ID.fullmatch(commit):
            raise DeclaredError(
                "InvalidCommitIdException", f"{commit!r} is not a full commit ID: 40 hexadecimal digits"
            )
        if git.commit_id(commit) != commit:
            raise DeclaredError("CommitDoesNotExistException", f"Could not find commit {commit}")
        if name in git.branches():
            raise DeclaredError("BranchNameExistsException", f"There is a branch named {name} already")
        git.move_branch(name, old=None, new=commit)
        references.changed(codecommit, repository)
    return {}


def delete_branch(codecommit: CodeCommit, request: Document) -> Document:
    """A branch that is not there: DeleteBranch declares no error for it, and answers without a branch."""
    name = request["branchName"]
    with codecommit.held(request["repositoryName"]) as repository:
        if name == repository.get("defaultBranch"):
            raise DeclaredError(
                "DefaultBranchCannotBeDeletedException",
                f"{name} is the default branch. Make another one the default, then delete it.",
            )
        git = Git(codecommit.folder(repository["repositoryId"]))
        commit = git.branches().get(name)
        if commit is None:
            return {}
        git.move_branch(name, old=commit, new=None)
        references.changed(codecommit, repository)
    return {"deletedBranch": {"branchName": name, "commitId": commit}}


def update_default_branch(codecommit: CodeCommit, request: Document) -> Document:
    branch = request["defaultBranchName"]
    with codecommit.held(request["repositoryName"]) as repository:
        git = Git(codecommit.folder(repository["repositoryId"]))
        tip(git, branch)
        git.point_head_at(branch)
        changes = {"defaultBranch": branch, "lastModifiedDate": codecommit.now()}
        codecommit.store.update(KIND, repository["repositoryName"], changes)
    return {}


def tip(git: Git, branch: str) -> str:
    """The last commit of a branch, which must be there."""
    commit = git.branches().get(branch)
    if commit is None:
        raise DeclaredError("BranchDoesNotExistException", f"Branch {branch} does not exist")
    return commit


def check_name(git: Git, branch: str) -> None:
    """CodeCommit user guide, "Quotas": Git's rules for references, and nothing that reads as a commit id."""
    if _COMMIT_ID.fullmatch(branch) or not git.may_be_a_branch(branch):
        raise DeclaredError("InvalidBranchNameException", f"{branch!r} cannot be the name of a branch")


OPERATIONS = {
    "GetBranch": get_branch,
    "ListBranches": list_branches,
    "CreateBranch": create_branch,
    "DeleteBranch": delete_branch,
    "UpdateDefaultBranch": update_default_branch,
}
