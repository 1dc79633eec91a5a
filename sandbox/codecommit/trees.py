"""A commit's files as one mapping, and the commit that is made of a changed one."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.codecommit.git import Git

MODES = {"NORMAL": "100644", "EXECUTABLE": "100755", "SYMLINK": "120000"}  # FileModeTypeEnum, and Git's
MODE_NAMES = {mode: name for name, mode in MODES.items()}
SUBMODULE = "160000"
_GONE = "0 " + "0" * 40


@dataclass(frozen=True, kw_only=True)
class File:
    """What is at a path: a blob's id, or a submodule's commit."""

    mode: str
    id: str


Tree = Mapping[str, File]  # files and submodules by their whole paths


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who commits, and when (epoch seconds)."""

    name: str
    email: str
    when: float


def read(git: Git, commit: str | None) -> dict[str, File]:
    """None: before the first commit."""
    if commit is None:
        return {}
    found = {}
    for row in git.run("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
        if row:
            head, _, path = row.partition(b"\t")
            mode, _, object_id = head.decode().split(" ")
            found[path.decode(errors="surrogateescape")] = File(mode=mode, id=object_id)
    return found


def write_blob(git: Git, content: bytes) -> str:
    return git.run("hash-object", "-w", "--stdin", stdin=content).decode().strip()


def commit(
    git: Git, *, parent: str | None, before: Tree, after: Tree, signature: Signature, message: str
) -> tuple[str, str]:
    """The ids of the new commit, which no branch has yet, and of its tree."""
    with tempfile.TemporaryDirectory(prefix="codecommit-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        if parent is not None:
            git.run("read-tree", parent, environment=index)
        git.run("update-index", "-z", "--index-info", stdin=_index_info(before, after), environment=index)
        tree = git.run("write-tree", environment=index).decode().strip()
    who = {"NAME": signature.name, "EMAIL": signature.email, "DATE": f"@{int(signature.when)} +0000"}
    people = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in who.items()}
    parents = ["-p", parent] if parent is not None else []
    made = git.run("commit-tree", tree, *parents, stdin=message.encode(), environment=people)
    return made.decode().strip(), tree


def _index_info(before: Tree, after: Tree) -> bytes:
    """Deletions first: a file may make room for a folder of its name."""
    lines = [f"{_GONE}\t{path}" for path in before if path not in after]
    lines += [f"{file.mode} {file.id}\t{path}" for path, file in after.items() if before.get(path) != file]
    return "".join(f"{line}\0" for line in lines).encode(errors="surrogateescape")
