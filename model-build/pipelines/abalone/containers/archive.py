"""model.tar.gz unpacked by an allow-list: what is not named here, in name, kind, number and size, is refused.

`tarfile`'s own filters are not enough: `filter='data'` lets bombs, duplicates and stray pickles through.
"""

from __future__ import annotations

import gzip
import tarfile
import zlib
from pathlib import Path
from typing import Any, cast

MEGABYTE = 1024 * 1024
# The archive's files, with the most bytes that each may have.
ALLOWED = {
    "model.json": 64 * MEGABYTE,
    "golden.json": MEGABYTE,
    "code/inference.py": MEGABYTE,
    "code/features.py": MEGABYTE,
}
FOLDERS = {"", "code"}
MAX_MEMBERS = len(ALLOWED) + len(FOLDERS)
MAX_BYTES = sum(ALLOWED.values()) + MEGABYTE  # unpacked, headers included


class ArchiveRefused(ValueError):
    """An archive that is not unpacked; the message names the member and the reason."""


class _Meter:
    """Counts what comes out of the decompressor, so that headers cannot be bombs either."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream = stream
        self._left = MAX_BYTES

    def read(self, size: int) -> bytes:
        if size > self._left:
            raise ArchiveRefused(f"it unpacks to more than {MAX_BYTES} bytes")
        data = self._stream.read(size)
        self._left -= len(data)
        return data


def unpack(archive: Path, into: Path) -> None:
    """Write the archive's four files below `into`; on a refusal nothing that was written is to be used."""
    try:
        with gzip.open(archive) as stream, tarfile.open(fileobj=cast(Any, _Meter(stream)), mode="r|") as tar:
            _unpack_members(tar, into)
    except ArchiveRefused as error:
        raise ArchiveRefused(f"{archive.name}: {error}. Only an archive made by train.py is used.") from error
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError) as error:
        raise ArchiveRefused(f"{archive.name}: not a readable tar.gz ({error}). Train the model again.") from error


def _unpack_members(tar: tarfile.TarFile, into: Path) -> None:
    written: set[str] = set()
    for count, member in enumerate(tar, start=1):
        if count > MAX_MEMBERS:
            raise ArchiveRefused(f"it has more than {MAX_MEMBERS} members")
        name = member.name.removeprefix("./").removeprefix(".")
        if member.isdir() and name in FOLDERS:
            continue
        _check(member, name, written)
        written.add(name)
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        content = tar.extractfile(member)
        target.write_bytes(content.read() if content else b"")
    if missing := ALLOWED.keys() - written:
        raise ArchiveRefused(f"it lacks {', '.join(sorted(missing))}")


def _check(member: tarfile.TarInfo, name: str, written: set[str]) -> None:
    if name not in ALLOWED:
        raise ArchiveRefused(f"member {member.name!r} is not one of {', '.join(ALLOWED)}")
    if not member.isreg() or member.issparse():
        raise ArchiveRefused(f"member {member.name!r} is no plain file")
    if name in written:
        raise ArchiveRefused(f"member {member.name!r} is there twice")
    if member.size > ALLOWED[name]:
        raise ArchiveRefused(f"member {member.name!r} has {member.size} bytes, more than {ALLOWED[name]}")
