"""The entries of CreateCommit, checked one by one, before the repository is looked at (API_CreateCommit, Errors)."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from sandbox.codecommit import trees
from sandbox.codecommit.changes import Changes, Put
from sandbox.codecommit.git import Git
from sandbox.codecommit.paths import checked
from sandbox.errors import DeclaredError, ValidationError
from sandbox.store import Document

_MOST_ENTRIES = 100
_LARGEST = 6 * 1024 * 1024  # bytes of a file, and of the files put into one folder


def content_of(entry: Document) -> bytes:
    """The content that PutFile, or an entry of CreateCommit, carries."""
    try:
        content = base64.b64decode(entry["fileContent"], validate=True)
    except ValueError as error:  # no base64, or no ASCII at all
        raise ValidationError(f"fileContent of {entry['filePath']} is not base64: {error}") from error
    if len(content) > _LARGEST:
        raise DeclaredError(
            "FileContentSizeLimitExceededException",
            f"{entry['filePath']} has more than 6 MB, which is what an operation takes. Push it with Git.",
        )
    return content


def entries_of(request: Document) -> Callable[[Git], Changes]:
    """What the request changes; its contents are written as blobs once the repository is there."""
    puts, deletes = request.get("putFiles", []), request.get("deleteFiles", [])
    modes = request.get("setFileModes", [])
    count = len(puts) + len(deletes) + len(modes)
    if not count:
        raise DeclaredError("FileEntryRequiredException", "A commit needs a file to put or delete, or a mode to set")
    if count > _MOST_ENTRIES:
        raise DeclaredError(
            "MaximumFileEntriesExceededException",
            f"{count} files are more than the 100 of one commit. Push them with Git.",
        )
    checked_puts = [_put(entry) for entry in puts]
    contents = {put.path: content_of(entry) for put, entry in zip(checked_puts, puts, strict=True) if not put.source}
    _refuse_large_folders(contents)
    mode_paths = [checked(entry["filePath"]) for entry in modes]
    if len({*mode_paths}) < len(mode_paths):
        raise DeclaredError("SamePathRequestException", "The mode of one file is set twice in this commit")

    def changes(git: Git) -> Changes:
        written = {path: trees.write_blob(git, content) for path, content in contents.items()}
        return Changes(
            put=[put if put.source else replace(put, blob=written[put.path]) for put in checked_puts],
            delete=[checked(entry["filePath"]) for entry in deletes],
            modes={path: entry["fileMode"] for path, entry in zip(mode_paths, modes, strict=True)},
            keep_empty_folders=request.get("keepEmptyFolders", False),
        )

    return changes


def _put(entry: Document) -> Put:
    path, source = checked(entry["filePath"]), entry.get("sourceFile")
    if source is not None and entry.get("fileContent"):
        raise DeclaredError(
            "FileContentAndSourceFileSpecifiedException", f"{path} has a content and a source file: give one of them"
        )
    if source is None and not entry.get("fileContent"):
        raise DeclaredError("SourceFileOrContentRequiredException", f"{path} has neither a content nor a source file")
    if source is None:
        return Put(path=path, mode=entry.get("fileMode"))
    is_move = source.get("isMove", False)
    return Put(path=path, mode=entry.get("fileMode"), source=checked(source["filePath"]), is_move=is_move)


def _refuse_large_folders(contents: dict[str, bytes]) -> None:
    sizes: Counter[str] = Counter()
    for path, content in contents.items():
        sizes[path.rpartition("/")[0]] += len(content)
    for folder, size in sizes.items():
        if size > _LARGEST:
            raise DeclaredError(
                "FolderContentSizeLimitExceededException",
                f"The files for the folder /{folder} have more than 6 MB together",
            )
