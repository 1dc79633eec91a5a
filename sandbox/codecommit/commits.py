"""Commits that are made by an operation instead of a push: PutFile, DeleteFile, CreateCommit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.codecommit import branches, references, trees
from sandbox.codecommit.authorship import default_message, message, signature
from sandbox.codecommit.changes import Changes, Put, changed
from sandbox.codecommit.entries import content_of, entries_of
from sandbox.codecommit.git import Git
from sandbox.codecommit.paths import checked
from sandbox.codecommit.service import CodeCommit
from sandbox.codecommit.trees import MODE_NAMES, Tree
from sandbox.errors import DeclaredError
from sandbox.store import Document

_COMMIT_ID = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, kw_only=True)
class _Made:
    commit: str
    tree: str
    before: Tree
    after: Tree


def put_file(codecommit: CodeCommit, request: Document) -> Document:
    path, content = checked(request["filePath"]), content_of(request)
    if not content:
        raise DeclaredError("FileContentRequiredException", f"{path} is empty: PutFile takes no empty file")

    def change(git: Git) -> Changes:
        return Changes(put=[Put(path=path, mode=request.get("fileMode"), blob=trees.write_blob(git, content))])

    made = _committed(codecommit, request, change, unchanged="SameFileContentException")
    return {"commitId": made.commit, "treeId": made.tree, "blobId": made.after[path].id}


def delete_file(codecommit: CodeCommit, request: Document) -> Document:
    path = checked(request["filePath"])
    changes = Changes(delete=[path], keep_empty_folders=request.get("keepEmptyFolders", False))
    made = _committed(codecommit, request, lambda _: changes)
    return {"commitId": made.commit, "treeId": made.tree, "blobId": made.before[path].id, "filePath": path}


def create_commit(codecommit: CodeCommit, request: Document) -> Document:
    change = entries_of(request)
    made = _committed(codecommit, request, change)
    before, after = made.before, made.after
    return {
        "commitId": made.commit,
        "treeId": made.tree,
        "filesAdded": _metadata(after, {path for path in after if path not in before}),
        "filesUpdated": _metadata(after, {path for path in after if path in before and before[path] != after[path]}),
        "filesDeleted": _metadata(before, {path for path in before if path not in after}),
    }


def _committed(
    codecommit: CodeCommit, request: Document, change: Callable[[Git], Changes], *, unchanged: str = "NoChangeException"
) -> _Made:
    """Make the commit and move the branch, which nobody else moves meanwhile."""
    branch, written = request["branchName"], message(request)
    by = signature(codecommit, request)
    with codecommit.held(request["repositoryName"]) as repository:
        git = Git(codecommit.folder(repository["repositoryId"]))
        parent = _parent(git, branch, request.get("parentCommitId"))
        before = trees.read(git, parent)
        after = changed(before, change(git), empty_blob=trees.write_blob(git, b""))
        if after == before:
            raise DeclaredError(unchanged, f"Nothing would change: branch {branch} has all of it already")
        commit, tree = trees.commit(
            git,
            parent=parent,
            before=before,
            after=after,
            signature=by,
            message=written or default_message(before, after),
        )
        git.move_branch(branch, old=parent, new=commit)
        references.changed(codecommit, repository)
    return _Made(commit=commit, tree=tree, before=before, after=after)


def _parent(git: Git, branch: str, given: str | None) -> str | None:
    """The branch's last commit, which the request must know; None in a repository without any commit."""
    known = git.references()
    if not git.branches():
        branches.check_name(git, branch)
        if given:
            raise DeclaredError(
                "ParentCommitDoesNotExistException", f"The repository is empty: there is no commit {given}"
            )
        return None
    if f"refs/heads/{branch}" not in known and f"refs/tags/{branch}" in known:
        raise DeclaredError("BranchNameIsTagNameException", f"{branch} is a tag, and a commit goes to a branch")
    tip = branches.tip(git, branch)
    if not given:
        raise DeclaredError(
            "ParentCommitIdRequiredException", f"parentCommitId is required: branch {branch} is not new"
        )
    if not _COMMIT_ID.fullmatch(given):
        raise DeclaredError(
            "InvalidParentCommitIdException", f"{given!r} is not a full commit ID: 40 hexadecimal digits"
        )
    if git.commit_id(given) != given:
        raise DeclaredError("ParentCommitDoesNotExistException", f"Could not find commit {given}")
    if given != tip:
        raise DeclaredError(
            "ParentCommitIdOutdatedException", f"{given} is not the tip of branch {branch} any more: {tip} is"
        )
    return tip


def _metadata(tree: Tree, paths: set[str]) -> list[Document]:
    return [
        {"absolutePath": path, "blobId": tree[path].id, "fileMode": MODE_NAMES.get(tree[path].mode, "NORMAL")}
        for path in sorted(paths)
    ]


OPERATIONS = {"PutFile": put_file, "DeleteFile": delete_file, "CreateCommit": create_commit}
