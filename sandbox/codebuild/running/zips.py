"""Zip files, in and out: sources and artifacts. Unpacked by an allow-list; packed so that the same files give the same bytes."""

from __future__ import annotations

import io
import shutil
import stat
import zipfile
from collections.abc import Iterable
from pathlib import Path

from sandbox.containers.members import ArchiveRefused, Limits, safe_path

LIMITS = Limits(members=100_000, file_bytes=1024**3, total_bytes=4 * 1024**3)
_CHUNK = 64 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can hold


def unpack(packed: bytes, folder: Path, *, limits: Limits = LIMITS) -> None:
    """Unpack below the folder. Raises ArchiveRefused, naming the member at fault."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            members = archive.infolist()
            if len(members) > limits.members:
                raise ArchiveRefused(f"the archive has more than {limits.members} members")
            room = limits.total_bytes
            for member in members:
                room -= _extract(archive, member, folder, min(room, limits.file_bytes))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ArchiveRefused(f"the archive is not a whole zip file ({error})") from error


def _extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, room: int) -> int:
    """How many bytes it had; what the headers promise is never believed."""
    path = safe_path(member.filename)
    if path is None:
        raise ArchiveRefused(f"{member.filename!r} is not a path inside the archive")
    mode = member.external_attr >> 16
    if stat.S_ISLNK(mode):
        raise ArchiveRefused(f"{member.filename!r} is a link")
    target = folder / path
    if member.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with archive.open(member) as content, target.open("xb") as file:
        while chunk := content.read(_CHUNK):
            size += len(chunk)
            if size > room:
                raise ArchiveRefused(f"{member.filename!r} unpacks to more than is allowed")
            file.write(chunk)
    if mode & stat.S_IXUSR:
        target.chmod(0o755)
    return size


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
