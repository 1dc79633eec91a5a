"""What one commit changes: a tree in, the changed tree out, or the refusal that AWS declares (API_CreateCommit, Errors)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from sandbox.codecommit.paths import folders
from sandbox.codecommit.trees import MODES, SUBMODULE, File, Tree
from sandbox.errors import DeclaredError

_PLACEHOLDER = ".gitkeep"


@dataclass(frozen=True, kw_only=True)
class Put:
    """A file to add or to update: new content (a blob's id), or that of another file."""

    path: str
    blob: str | None = None
    source: str | None = None
    is_move: bool = False
    mode: str | None = None
    """by its name; None: as it was, or as its source is"""


@dataclass(frozen=True, kw_only=True)
class Changes:
    """All that one commit does; paths are checked ones."""

    put: Sequence[Put] = ()
    delete: Sequence[str] = ()
    modes: Mapping[str, str] = field(default_factory=dict)
    keep_empty_folders: bool = False


def changed(tree: Tree, changes: Changes, *, empty_blob: str) -> dict[str, File]:
    """The tree after the changes; `empty_blob` is the content of a placeholder in a folder that is kept."""
    moved = [put.source for put in changes.put if put.is_move and put.source is not None]
    gone = [*changes.delete, *moved]
    _refuse_twice([*(put.path for put in changes.put), *gone, *changes.modes])
    for path in (*gone, *changes.modes):
        _existing(tree, path)
    put = {each.path: _file(tree, each) for each in changes.put}
    rest = {path: file for path, file in tree.items() if path not in gone}
    _refuse_conflicts(rest, put.keys())
    after = {**rest, **put}
    for path, mode in changes.modes.items():
        after[path] = File(mode=MODES[mode], id=tree[path].id)
    if changes.keep_empty_folders:
        for folder in _emptied(after, gone):
            after[f"{folder}/{_PLACEHOLDER}"] = File(mode=MODES["NORMAL"], id=empty_blob)
    return after


def _file(tree: Tree, put: Put) -> File:
    if put.source is None:
        before = tree.get(put.path)
        executable = before is not None and before.mode == MODES["EXECUTABLE"]
        return File(mode=MODES[put.mode or ("EXECUTABLE" if executable else "NORMAL")], id=put.blob or "")
    if put.source.rpartition("/")[2] == _PLACEHOLDER:
        raise DeclaredError(
            "RestrictedSourceFileException", f"{put.source} is a placeholder: it is not copied or moved"
        )
    source = _existing(tree, put.source)
    return File(mode=MODES[put.mode] if put.mode else source.mode, id=source.id)


def _existing(tree: Tree, path: str) -> File:
    found = tree.get(path)
    if found is None or found.mode == SUBMODULE:
        raise DeclaredError("FileDoesNotExistException", f"There is no file {path} in the parent commit")
    return found


def _refuse_twice(paths: Sequence[str]) -> None:
    twice = sorted(path for path, count in Counter(paths).items() if count > 1)
    if twice:
        raise DeclaredError("SamePathRequestException", f"More than one change of this commit is to {', '.join(twice)}")


def _refuse_conflicts(rest: Tree, put: Set[str]) -> None:
    """A name is a file or a folder, never both."""
    taken = {folder for path in rest for folder in folders(path)}
    for path in sorted(put):
        if path in taken:
            raise DeclaredError(
                "FileNameConflictsWithDirectoryNameException", f"{path} is a folder, and cannot be a file"
            )
        if path in rest and rest[path].mode == SUBMODULE:
            raise DeclaredError("FilePathConflictsWithSubmodulePathException", f"{path} is a submodule")
        for folder in folders(path):
            if folder in put:
                raise DeclaredError("PutFileEntryConflictException", f"{folder} is a file and a folder of this commit")
            if folder in rest:
                _refuse_below(folder, rest[folder])


def _refuse_below(folder: str, file: File) -> None:
    if file.mode == SUBMODULE:
        raise DeclaredError("FilePathConflictsWithSubmodulePathException", f"{folder} is a submodule")
    raise DeclaredError("DirectoryNameConflictsWithFileNameException", f"{folder} is a file, and cannot be a folder")


def _emptied(after: Tree, gone: Sequence[str]) -> set[str]:
    """The folders that lost their last file; whoever deletes a placeholder itself means the folder."""
    filled = {folder for path in after for folder in folders(path)}
    parents = {path.rpartition("/")[0] for path in gone if "/" in path and path.rpartition("/")[2] != _PLACEHOLDER}
    return {folder for folder in parents if folder not in filled and folder not in after}
