"""What a repository holds: commits, files and folders, read from Git."""

from __future__ import annotations

import base64
import re

from sandbox.codecommit.git import Entry, Git
from sandbox.codecommit.service import CodeCommit
from sandbox.codecommit.trees import MODE_NAMES
from sandbox.errors import DeclaredError
from sandbox.store import Document

_LARGEST = 6 * 1024 * 1024  # bytes that GetFile and GetBlob give (CodeCommit user guide, "Quotas")
_BLOB_ID = re.compile(r"[0-9a-f]{40}")


def get_commit(codecommit: CodeCommit, request: Document) -> Document:
    git, wanted = codecommit.git(request["repositoryName"]), request["commitId"]
    found = git.commit_id(wanted)
    if found is None or found != wanted:  # a branch's name is no commit id
        raise DeclaredError("CommitIdDoesNotExistException", f"Could not find commit {wanted}")
    return {"commit": {"commitId": found, **_commit(git.content("commit", found).decode(errors="replace"))}}


def _commit(text: str) -> Document:
    headers, _, message = text.partition("\n\n")
    lines = [line.partition(" ") for line in headers.splitlines() if not line.startswith(" ")]
    people = {word: _person(rest) for word, _, rest in lines if word in ("author", "committer")}
    return {
        "treeId": next(rest for word, _, rest in lines if word == "tree"),
        "parents": [rest for word, _, rest in lines if word == "parent"],
        "message": message,
        "additionalData": "",
        **people,
    }


def _person(line: str) -> Document:
    name, _, rest = line.partition(" <")
    email, _, date = rest.partition("> ")
    return {"name": name, "email": email, "date": date}


def get_file(codecommit: CodeCommit, request: Document) -> Document:
    git, commit = _at(codecommit, request)
    path = request["filePath"].strip("/")
    entry = git.entry(commit, path)
    if entry is None or entry.kind != "blob":
        raise DeclaredError("FileDoesNotExistException", f"Could not find path {path}")
    content = _content(git, entry.id)
    return {
        "commitId": commit,
        "blobId": entry.id,
        "filePath": path,
        "fileMode": MODE_NAMES.get(entry.mode, "NORMAL"),
        "fileSize": len(content),
        "fileContent": base64.b64encode(content).decode(),
    }


def get_blob(codecommit: CodeCommit, request: Document) -> Document:
    git, blob = codecommit.git(request["repositoryName"]), request["blobId"]
    if not _BLOB_ID.fullmatch(blob):
        raise DeclaredError("InvalidBlobIdException", f"{blob!r} is not a blob's id: 40 hexadecimal digits")
    if git.kind(blob) != "blob":
        raise DeclaredError("BlobIdDoesNotExistException", f"Could not find blob {blob}")
    return {"content": base64.b64encode(_content(git, blob)).decode()}


def _content(git: Git, blob: str) -> bytes:
    if int(git.run("cat-file", "-s", blob)) > _LARGEST:
        raise DeclaredError("FileTooLargeException", f"Blob {blob} has more than 6 MB. Get it with Git.")
    return git.content("blob", blob)


def get_folder(codecommit: CodeCommit, request: Document) -> Document:
    git, commit = _at(codecommit, request)
    path = request["folderPath"].strip("/")
    tree = git.entry(commit, path)
    if tree is None or tree.kind != "tree":
        raise DeclaredError("FolderDoesNotExistException", f"Could not find folder {path}")
    entries = git.entries(tree.id)
    return {
        "commitId": commit,
        "folderPath": path,
        "treeId": tree.id,
        "subFolders": [{"treeId": e.id, **_paths(path, e)} for e in entries if e.kind == "tree"],
        "files": [_file(path, e) for e in entries if e.kind == "blob" and e.mode != "120000"],
        "symbolicLinks": [_file(path, e) for e in entries if e.mode == "120000"],
        "subModules": [{"commitId": e.id, **_paths(path, e)} for e in entries if e.kind == "commit"],
    }


def _at(codecommit: CodeCommit, request: Document) -> tuple[Git, str]:
    """The repository and the commit asked for; the default branch's last one unless another is named."""
    name = request["repositoryName"]
    git = codecommit.git(name)
    specifier = request.get("commitSpecifier") or codecommit.repository(name).get("defaultBranch", "HEAD")
    commit = git.commit_id(specifier)
    if commit is None:
        raise DeclaredError("CommitDoesNotExistException", f"Could not find commit {specifier}")
    return git, commit


def _file(folder: str, entry: Entry) -> Document:
    return {"blobId": entry.id, "fileMode": MODE_NAMES.get(entry.mode, "NORMAL"), **_paths(folder, entry)}


def _paths(folder: str, entry: Entry) -> Document:
    return {"absolutePath": f"{folder}/{entry.name}" if folder else entry.name, "relativePath": entry.name}


OPERATIONS = {
    "GetCommit": get_commit,
    "GetFile": get_file,
    "GetBlob": get_blob,
    "GetFolder": get_folder,
}
