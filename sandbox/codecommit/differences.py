"""GetDifferences: the files that differ between two commits. A renamed file is one deleted and one added."""

from __future__ import annotations

from sandbox.codecommit import trees
from sandbox.codecommit.git import Git
from sandbox.codecommit.paths import checked
from sandbox.codecommit.service import CodeCommit
from sandbox.codecommit.trees import Tree
from sandbox.errors import DeclaredError, NotInTheSandbox, ValidationError
from sandbox.pages import page
from sandbox.store import Document

_PAGE = 100


def get_differences(codecommit: CodeCommit, request: Document) -> Document:
    size = request.get("MaxResults", _PAGE)
    if size < 1:
        raise DeclaredError("InvalidMaxResultsException", f"MaxResults is {size}, and has to be 1 at least")
    git = codecommit.git(request["repositoryName"])
    before, after = _tree(git, request.get("beforeCommitSpecifier")), _tree(git, request["afterCommitSpecifier"])
    inside = _path(request, before, after)
    rows = [
        _difference(path, before, after)
        for path in {**before, **after}
        if before.get(path) != after.get(path) and (not inside or path == inside or path.startswith(f"{inside}/"))
    ]
    try:
        chosen, more = page(rows, order=_order, size=size, token=request.get("NextToken"))
    except ValidationError as error:
        raise DeclaredError("InvalidContinuationTokenException", error.message) from error
    return {"differences": chosen, "NextToken": more}


def _tree(git: Git, specifier: str | None) -> Tree:
    if specifier is None:
        return {}
    commit = git.commit_id(specifier)
    if commit is None:
        raise DeclaredError("CommitDoesNotExistException", f"Could not find commit {specifier}")
    return trees.read(git, commit)


def _path(request: Document, before: Tree, after: Tree) -> str:
    given = {checked(request[name]) for name in ("beforePath", "afterPath") if request.get(name, "/") != "/"}
    if len(given) > 1:
        raise NotInTheSandbox("codecommit:GetDifferences with a beforePath that is not the afterPath")
    if not given:
        return ""
    (path,) = given
    if not any(each == path or each.startswith(f"{path}/") for each in (*before, *after)):
        raise DeclaredError("PathDoesNotExistException", f"Neither commit has the path {path}")
    return path


def _difference(path: str, before: Tree, after: Tree) -> Document:
    sides = {
        name: {"blobId": tree[path].id, "path": path, "mode": tree[path].mode}
        for name, tree in (("beforeBlob", before), ("afterBlob", after))
        if path in tree
    }
    return {**sides, "changeType": "M" if len(sides) > 1 else "D" if "beforeBlob" in sides else "A"}


def _order(row: Document) -> list[str]:
    return [(row.get("afterBlob") or row["beforeBlob"])["path"]]


OPERATIONS = {"GetDifferences": get_differences}
