"""Which members of an archive, and which S3 keys, may become files: checked by name, kind, count and size."""

from __future__ import annotations

import tarfile
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

_LONGEST_NAME = 255  # bytes, on every file system in use
_LONGEST_PATH = 2048  # bytes: with the folder's own, below what a system call takes (4096)
_PICKLES = frozenset({".pkl", ".pickle", ".joblib", ".dill"})


class ArchiveRefused(Exception):
    """The archive, or one member of it, is not one that the sandbox will unpack; the message names it."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What an archive may hold. `suffixes` is None where any file name is welcome (code), a list where not (models)."""

    members: int = 1_000
    file_bytes: int = 512 * 1024 * 1024
    total_bytes: int = 1024 * 1024 * 1024
    suffixes: frozenset[str] | None = None


CODE = Limits(file_bytes=64 * 1024 * 1024, total_bytes=256 * 1024 * 1024)
# Data and source only: a pickle runs code when it is loaded, under whatever name it comes.
MODEL = Limits(suffixes=frozenset({".json", ".ubj", ".onnx", ".py", ".csv", ".txt", ".md", ".html", ".yaml", ".toml"}))


def safe_path(name: str) -> PurePosixPath | None:
    """The name as a path that stays inside the folder it is put in, or None if it would not."""
    try:
        parts = [part.encode() for part in name.split("/")]
    except UnicodeEncodeError:  # bytes that are not UTF-8
        return None
    if max(map(len, parts)) > _LONGEST_NAME or len(name.encode()) > _LONGEST_PATH:
        return None
    if name.startswith("/") or any(ord(letter) < ord(" ") for letter in name):
        return None
    path = PurePosixPath(name)
    return None if ".." in path.parts else path


def checked(members: Iterable[tarfile.TarInfo], limits: Limits) -> Iterator[tuple[tarfile.TarInfo, PurePosixPath]]:
    """The members with their paths, one by one. Raises ArchiveRefused at the first that is not allowed."""
    clashes = Clashes(fold_case=True)
    for count, member in enumerate(members, start=1):
        path = safe_path(member.name)
        if path is None or "\\" in member.name:  # a folder's end, to whoever unpacks it elsewhere
            raise ArchiveRefused(f"{member.name!r} is not a path inside the archive")
        if count > limits.members:
            raise ArchiveRefused(f"{member.name!r} is one too many: at most {limits.members} members are taken")
        refusal = _kind(member) or (_content(member, path, limits) if member.isfile() else None)
        if path.parts:
            refusal = refusal or clashes.found(path, is_folder=member.isdir())
        if refusal:
            raise ArchiveRefused(f"{member.name!r} {refusal}")
        if path.parts:  # not the folder itself
            yield member, path


def _kind(member: tarfile.TarInfo) -> str | None:
    if member.issym() or member.islnk():
        return "is a link"
    if getattr(member, "sparse", None) or member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE):
        return "is neither a file nor a folder"
    return None


def _content(member: tarfile.TarInfo, path: PurePosixPath, limits: Limits) -> str | None:
    if not path.parts:
        return "has no name"
    if member.size > limits.file_bytes:
        return f"is larger than {limits.file_bytes} bytes"
    suffix = path.suffix.lower()
    if limits.suffixes is None or suffix in limits.suffixes:
        return None
    if suffix in _PICKLES:
        return "is a pickle, which runs code when it is loaded; save the model in its native format (model.json)"
    return f"is not a kind of file that a model may hold; allowed are {', '.join(sorted(limits.suffixes))}"


class Clashes:
    """Which paths an archive has had so far: two members that would be one file are refused."""

    def __init__(self, *, fold_case: bool = False) -> None:
        """`fold_case`: compare names as a disk would that knows no capitals."""
        self._fold_case = fold_case
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def found(self, path: PurePosixPath, *, is_folder: bool) -> str | None:
        """What is wrong with this path after the former ones."""
        spelling, *above = (self._spelling(each) for each in (path, *path.parents) if each.parts)
        if (
            spelling in self._files
            or (not is_folder and spelling in self._folders)
            or not self._files.isdisjoint(above)
        ):
            return "comes twice, or is both a file and a folder"
        self._folders.update(above)
        (self._folders if is_folder else self._files).add(spelling)
        return None

    def _spelling(self, path: PurePosixPath) -> str:
        text = unicodedata.normalize("NFC", path.as_posix())
        return text.casefold() if self._fold_case else text
