"""model.tar.gz and sourcedir.tar.gz: packed so that the same files give the same bytes, unpacked by an allow-list.

`tarfile`'s own data filter stops neither bombs nor duplicates nor pickles, so `members` checks each member by itself.
"""

from __future__ import annotations

import gzip
import io
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sandbox.containers.members import ArchiveRefused, Limits, checked

_CHUNK = 64 * 1024
_LARGEST_HEADER = 1024 * 1024  # tarfile reads a pax header whole into memory; no honest one comes near


def pack(folder: Path, *, read: Callable[[Path], bytes] = Path.read_bytes) -> bytes:
    """A gzip'd tar of the folder's files: fixed order, owner, mode and times. Refuses links and devices."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(filename="", fileobj=packed, mode="wb", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in files_of(folder):
            member = tarfile.TarInfo(path.relative_to(folder).as_posix())
            content = read(path)
            member.size, member.mode = len(content), 0o644
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def files_of(folder: Path) -> list[Path]:
    """Every file below the folder, in the same order everywhere."""
    found = []
    for path in folder.rglob("*"):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise ArchiveRefused(f"{path.relative_to(folder)}: only files and folders can be kept, no links or devices")
        if path.is_file():
            found.append(path)
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def unpack(packed: bytes, folder: Path, *, limits: Limits) -> None:
    """Unpack into the folder, which must be empty or absent. All or nothing: a refused archive leaves no file."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=".unpack-", dir=folder.parent))
    try:
        with tempfile.TemporaryFile(dir=folder.parent) as plain:
            _inflate(packed, plain, limits)
            _extract(_GuardedFile(plain), partial, limits)
        partial.chmod(0o755)
        partial.replace(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _inflate(packed: bytes, plain: IO[bytes], limits: Limits) -> None:
    """Decompress by counting what comes out; what the headers promise is never believed."""
    room = limits.total_bytes + limits.members * 2 * tarfile.BLOCKSIZE + tarfile.RECORDSIZE
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as zipped:
            while chunk := zipped.read(_CHUNK):
                room -= len(chunk)
                if room < 0:
                    raise ArchiveRefused(f"the archive unpacks to more than {limits.total_bytes} bytes")
                plain.write(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise ArchiveRefused(f"the archive is not a whole gzip file ({error})") from error
    plain.seek(0)


class _GuardedFile(io.RawIOBase):
    """The plain tar, refusing the one large read that tarfile makes by itself: a header that claims to be huge."""

    def __init__(self, plain: IO[bytes]) -> None:
        self._plain = plain

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _LARGEST_HEADER:
            raise ArchiveRefused("the archive has a header that is too large")
        return self._plain.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._plain.seek(offset, whence)

    def tell(self) -> int:
        return self._plain.tell()


def _extract(plain: _GuardedFile, folder: Path, limits: Limits) -> None:
    try:
        with tarfile.open(fileobj=plain, mode="r:") as tar:
            for member, path in checked(tar, limits):
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                if member.isdir():
                    target.mkdir(exist_ok=True)
                else:
                    _write(tar.extractfile(member), target)
    except (tarfile.TarError, EOFError, ValueError, RecursionError) as error:
        raise ArchiveRefused(f"the archive is not a whole tar file ({error})") from error
    except OSError as error:  # such as a path that is longer than the disk takes
        raise ArchiveRefused(f"the archive cannot be unpacked: {error}") from error


def _write(content: IO[bytes] | None, target: Path) -> None:
    with target.open("xb") as file:
        while content is not None and (chunk := content.read(_CHUNK)):
            file.write(chunk)
