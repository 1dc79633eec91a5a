"""model.tar.gz read through an allow-list: nothing is unpacked, only the digest of each file comes out.

Refused are: names off the list (absolute, climbing, stray pickles), links, devices and sparse files, a name twice, files over their
size, archives that expand beyond the sum of all sizes, extended headers that rename or resize, and anything hidden after the end.
These are the rules by which the promoter reads the sealed copy (model-deploy/promoter/archive.py): what is sealed can be deployed.
"""

from __future__ import annotations

import gzip
import hashlib
import tarfile
import zlib
from typing import IO, cast

from .refusal import SealRefused

_MIB = 1024 * 1024
_BLOCK = 512
_CHUNK = 64 * 1024

ARCHIVE, MODEL_FILE = "", "model.json"
# What a model archive holds, and how large each file may be. A use case that packs more adds its line here and below.
MAX_BYTES = {
    MODEL_FILE: 256 * _MIB,
    "golden.json": _MIB,
    "code/inference.py": _MIB,
    "code/features.py": _MIB,
}
# File -> the name of its digest among the step's outputs and in the registry.
DIGESTS = {
    ARCHIVE: "ArchiveSha256",
    MODEL_FILE: "ModelSha256",
    "golden.json": "GoldenSha256",
    "code/inference.py": "InferenceSha256",
    "code/features.py": "FeaturesSha256",
}
_DIRECTORIES = frozenset({".", "code"})
MAX_COMPRESSED_BYTES = sum(MAX_BYTES.values())
_MAX_EXPANDED_BYTES = MAX_COMPRESSED_BYTES + _MIB  # headers and padding
_TELLTALE_PAX_KEYS = ("path", "linkpath", "size", "GNU.sparse")


def digests_of_members(stream: IO[bytes]) -> dict[str, str]:
    """Name of each digest -> its value."""
    reader = _BoundedReader(gzip.GzipFile(fileobj=stream))
    try:
        # One block at a time, so that the reader stands right behind the end mark when tarfile has seen it.
        with tarfile.open(fileobj=cast("IO[bytes]", reader), mode="r|", bufsize=_BLOCK) as tar:
            found = _read_members(tar)
        reader.expect_only_padding()
    except SealRefused:
        raise
    except (tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError, ValueError) as error:
        raise SealRefused(f"not a readable .tar.gz: {error}") from error
    missing = sorted(MAX_BYTES.keys() - found.keys())
    if missing:
        raise SealRefused(f"lacks {', '.join(missing)}: the training job packs exactly {', '.join(MAX_BYTES)}")
    return {DIGESTS[name]: digest for name, digest in found.items()}


def _read_members(tar: tarfile.TarFile) -> dict[str, str]:
    found: dict[str, str] = {}
    seen: set[str] = set()
    for member in tar:
        name = member.name.removeprefix("./")
        if name in seen:
            raise SealRefused(f"holds {_shown(name)} twice")
        seen.add(name)
        _refuse_unlisted(member, name)
        if member.isfile():
            found[name] = _digest(tar, member)
    return found


def _refuse_unlisted(member: tarfile.TarInfo, name: str) -> None:
    telltale = next((key for key in member.pax_headers if key.startswith(_TELLTALE_PAX_KEYS)), None)
    if telltale is not None:
        raise SealRefused(f"the extended header of {_shown(name)} changes its {_shown(telltale)}")
    if member.isdir() and name in _DIRECTORIES:
        return
    if name not in MAX_BYTES:
        raise SealRefused(f"holds {_shown(name)}, which is not one of {', '.join(MAX_BYTES)}")
    if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or member.issparse():
        raise SealRefused(f"{name} is not a plain file but a link, device, sparse file or folder")
    if not 0 <= member.size <= MAX_BYTES[name]:
        raise SealRefused(f"{name} has {member.size} bytes; at most {MAX_BYTES[name]} are allowed")


def _digest(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    content = tar.extractfile(member)
    digest = hashlib.sha256()
    while content is not None and (chunk := content.read(_CHUNK)):
        digest.update(chunk)
    return digest.hexdigest()


def _shown(name: str) -> str:
    """A name out of a hostile archive, fit for a terminal."""
    return ascii(name[:80])


class _BoundedReader:
    """Expands at most so many bytes, and remembers the last block, for the end of the archive is a promise of zeros."""

    def __init__(self, expanded: gzip.GzipFile) -> None:
        self._expanded = expanded
        self._total = 0
        self._last = b""

    def read(self, size: int = _BLOCK) -> bytes:
        data = self._expanded.read(size)
        self._total += len(data)
        if self._total > _MAX_EXPANDED_BYTES:
            raise SealRefused(f"expands to more than {_MAX_EXPANDED_BYTES} bytes")
        self._last = data or self._last
        return data

    def expect_only_padding(self) -> None:
        """Reading to the end also makes gzip check its own checksum."""
        chunk = self._last
        while chunk:
            if chunk.strip(b"\0"):
                raise SealRefused("does not end where its last file ends: cut off, or something is hidden behind it")
            chunk = self.read(_CHUNK)
