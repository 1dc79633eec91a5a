"""Zip files, in and out: sources, artifacts and seeds. One reader for all, which believes nothing that a header says.

A member is checked by name, kind, count and size before a byte of it is written, and an archive that is corrupt, in whatever way,
is refused with a reason. Packed so that the same files give the same bytes.
"""

from __future__ import annotations

import io
import lzma
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from sandbox.containers.members import ArchiveRefused, Clashes, Limits, safe_path

LIMITS = Limits(members=100_000, file_bytes=1024**3, total_bytes=4 * 1024**3)
_CHUNK = 64 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can hold
# What zipfile raises for bytes that are no archive: encrypted and unknown compression too (RuntimeError, NotImplementedError).
CORRUPT = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, IndexError, NotImplementedError, RuntimeError, ValueError),
)


@dataclass(frozen=True, kw_only=True)
class Member:
    """A file or a folder of an archive that may be unpacked."""

    path: PurePosixPath
    info: zipfile.ZipInfo

    @property
    def is_folder(self) -> bool:
        return self.info.is_dir()

    @property
    def is_executable(self) -> bool:
        return bool((self.info.external_attr >> 16) & stat.S_IXUSR)


class Archive:
    """An archive that is open for reading."""

    def __init__(self, opened: zipfile.ZipFile, limits: Limits) -> None:
        self._opened, self._limits = opened, limits
        self._room = limits.total_bytes

    def members(self) -> Iterator[Member]:
        """In the archive's order. Raises ArchiveRefused at the first that is not allowed."""
        infos, clashes = self._opened.infolist(), Clashes()
        if len(infos) > self._limits.members:
            raise ArchiveRefused(f"the archive has more than {self._limits.members} members")
        for info in infos:
            path = safe_path(info.filename)
            if path is None:
                raise ArchiveRefused(f"{info.filename!r} is not a path inside the archive")
            if stat.S_ISLNK(info.external_attr >> 16):
                raise ArchiveRefused(f"{info.filename!r} is a link")
            if not path.parts and not info.is_dir():
                raise ArchiveRefused(f"{info.filename!r} has no name")
            if path.parts:
                if refusal := clashes.found(path, is_folder=info.is_dir()):
                    raise ArchiveRefused(f"{info.filename!r} {refusal}")
                yield Member(path=path, info=info)

    @property
    def size(self) -> int:
        """Bytes of all members, as the archive says: none unpacks to more than it says of itself."""
        return sum(info.file_size for info in self._opened.infolist())

    def read_all(self) -> None:
        """Raise ArchiveRefused unless every member can be read; what it is called, and its kind, are left to who unpacks it."""
        for info in self._opened.infolist():
            if not info.filename:
                raise ArchiveRefused("a member has no name")
            for _ in self.content(Member(path=PurePosixPath(info.filename), info=info)):
                pass

    def content(self, member: Member) -> Iterator[bytes]:
        """In pieces; each counts against what the archive may unpack to."""
        left = self._limits.file_bytes
        with self._opened.open(member.info) as stream:
            while chunk := _read(stream):
                left -= len(chunk)
                self._room -= len(chunk)
                if left < 0 or self._room < 0:
                    raise ArchiveRefused(f"{member.info.filename!r} unpacks to more than is allowed")
                yield chunk


def _read(stream: IO[bytes]) -> bytes:
    try:
        return stream.read(_CHUNK)
    except OSError as error:  # bzip2's word for corrupt bytes; a disk's own is none of these
        raise ArchiveRefused(f"the archive is not a whole zip file ({error})") from error


@contextmanager
def opened(packed: bytes, *, limits: Limits = LIMITS) -> Iterator[Archive]:
    """Inside, whatever is wrong with the archive is an ArchiveRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            yield Archive(archive, limits)
    except CORRUPT as error:
        raise ArchiveRefused(f"the archive is not a whole zip file ({error or type(error).__name__})") from error


def unpack(packed: bytes, folder: Path, *, limits: Limits = LIMITS) -> None:
    """Unpack below the folder. Raises ArchiveRefused, naming the member at fault."""
    with opened(packed, limits=limits) as archive:
        for member in archive.members():
            target = folder / member.path
            if member.is_folder:
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                file.writelines(archive.content(member))
            if member.is_executable:
                target.chmod(0o755)


def file(packed: bytes, path: str, *, limits: Limits = LIMITS) -> bytes:
    """One file's content. Raises KeyError when there is none of this path, and ArchiveRefused."""
    with opened(packed, limits=limits) as archive:
        for member in archive.members():
            if str(member.path) == path and not member.is_folder:
                return b"".join(archive.content(member))
    raise KeyError(path)


def pack(files: Iterable[tuple[str, Path]]) -> bytes:
    """Names in the archive, and the files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(files):
            member = zipfile.ZipInfo(name, date_time=_EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = (stat.S_IFREG | (0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)) << 16
            with path.open("rb") as content, archive.open(member, "w") as target:
                shutil.copyfileobj(content, target)
    return packed.getvalue()
