"""Paths inside a repository, as requests give them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbox.errors import DeclaredError

_LONGEST = 4096  # CodeCommit user guide, "Quotas"
_GITS_OWN = re.compile(r"(\.git|git~1)([. ]*|:.*)", re.IGNORECASE | re.DOTALL)


def checked(path: str) -> str:
    """Relative to the root; a slash before it may be (API_DeleteFile's own example has one)."""
    relative = path.removeprefix("/")
    if not relative:
        raise DeclaredError("PathRequiredException", "A path is required: it names a file by its folders and its name")
    parts = relative.split("/")
    if {"", ".", ".."} & {*parts} or any(_GITS_OWN.fullmatch(part) for part in parts) or not _encodable(relative):
        raise DeclaredError("InvalidPathException", f"No file of a repository can have the path {path!r}")
    return relative


def folders(path: str) -> Iterator[str]:
    """The folders that a path lies in, the innermost first; the root is none."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _encodable(path: str) -> bool:
    try:
        return len(path.encode()) <= _LONGEST and "\0" not in path
    except UnicodeEncodeError:
        return False
