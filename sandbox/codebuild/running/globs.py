"""Which files a pattern of the build specification means (user guide, "artifacts/files"): `**/*` is all below, a name is itself."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from sandbox.codebuild.buildspec.spec import Files
from sandbox.codebuild.running.failure import PhaseFailed


def chosen(files: Files, source: Path, *, within: Path | None = None) -> dict[str, Path]:
    """The files by the names that they get. Raises PhaseFailed with CLIENT_ERROR when there is none.

    `within`: the folder of the whole build, whose other sources may be the base directory, too.
    """
    whole = (within or source).resolve()
    base = _inside(source, files.base_directory, whole)
    if not base.is_dir():
        raise PhaseFailed("CLIENT_ERROR", f"no matching base directory path found for {files.base_directory}")
    patterns = [_relative(pattern, base) for pattern in files.patterns]
    found: dict[str, Path] = {}
    for name in _names(base):
        if _matches(name, patterns) and not _matches(name, files.exclude) and (base / name).is_file():
            path = base / name
            if not path.resolve().is_relative_to(whole):
                raise PhaseFailed("CLIENT_ERROR", f"{name} is a link that leads out of the source")
            found[PurePosixPath(name).name if files.discard_paths else name] = path
    if not found:
        raise PhaseFailed("CLIENT_ERROR", "no matching artifact paths found")
    return found


def _inside(source: Path, directory: str, whole: Path) -> Path:
    """The base directory, which may be given as a path from the root."""
    base = (source / directory).resolve()
    if not base.is_relative_to(whole):
        raise PhaseFailed("CLIENT_ERROR", f"the base directory {directory} is not inside the source")
    return base


def _relative(pattern: str, base: Path) -> str:
    """A pattern may begin with the base directory's own path, or with `./`."""
    path = pattern.removeprefix(f"{base}/").removeprefix("./")
    if path.startswith("/") or ".." in path.split("/"):
        raise PhaseFailed("CLIENT_ERROR", f"{pattern} is not inside the base directory")
    return path


def _names(base: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(base):
        folders.sort()
        for name in sorted(names):
            yield (Path(folder) / name).relative_to(base).as_posix()


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(_compiled(pattern).fullmatch(name) for pattern in patterns)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """`**/` is any number of folders, `**` alone anything, `*` and `?` stay within a name."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meaning.get(part, re.escape(part)) for part in parts), re.DOTALL)
