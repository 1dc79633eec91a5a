"""Edge: streams model.tar.gz through an allow-list; nothing is unpacked, only a digest and the golden rows come out.

Refused are: names off the list (absolute, climbing, stray pickles), links, devices and sparse files, a name twice,
files over their size, archives that expand beyond the sum of all sizes, extended headers that rename or resize, and
anything hidden after the end. `tarfile`'s own filters let several of these through.
"""

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Protocol, cast

from promoter.errors import ArchiveRefusedError

_MIB = 1024 * 1024
_BLOCK = 512
_CHUNK = 64 * 1024

MODEL_FILE = "model.json"
GOLDEN_FILE = "golden.json"
# What a model artifact holds, and how large each file may be. A use case that packs more adds its line here.
MAX_BYTES = {
    MODEL_FILE: 256 * _MIB,
    GOLDEN_FILE: _MIB,
    "code/inference.py": _MIB,
    "code/features.py": _MIB,
}
# File -> the metadata of a version that hold its digest; "" is the archive itself. A use case that packs more adds its line here
# too: the SealModel step of model-build records them at registration.
ARCHIVE = ""
DIGESTS = {
    ARCHIVE: "ArchiveSha256",
    MODEL_FILE: "ModelSha256",
    GOLDEN_FILE: "GoldenSha256",
    "code/inference.py": "InferenceSha256",
    "code/features.py": "FeaturesSha256",
}
_DIRECTORIES = frozenset({".", "code"})
MAX_COMPRESSED_BYTES = sum(MAX_BYTES.values())
_MAX_EXPANDED_BYTES = MAX_COMPRESSED_BYTES + _MIB  # headers and padding
_TELLTALE_PAX_KEYS = ("path", "linkpath", "size", "GNU.sparse")


class ByteStream(Protocol):
    """Anything that can be read in pieces: a file, or the body of an S3 answer."""

    def read(self, amt: int = ..., /) -> bytes: ...


@dataclass(frozen=True)
class Artifact:
    """What the deploy side needs of a model.tar.gz."""

    digests: Mapping[str, str]
    """file -> SHA-256; that of the archive itself under ARCHIVE"""
    golden: bytes


def read_archive(stream: ByteStream) -> Artifact:
    compressed = _DigestingReader(stream)
    reader = _BoundedReader(gzip.GzipFile(fileobj=cast("IO[bytes]", compressed)))
    try:
        # One block at a time, so that the reader stands right behind the end mark when tarfile has seen it.
        with tarfile.open(fileobj=cast("IO[bytes]", reader), mode="r|", bufsize=_BLOCK) as tar:
            found = _read_members(tar)
        reader.expect_only_padding()
    except (tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError, ValueError) as error:
        raise ArchiveRefusedError(f"not a readable .tar.gz: {error}") from error
    missing = sorted(MAX_BYTES.keys() - found.keys())
    if missing:
        raise ArchiveRefusedError(f"lacks {', '.join(missing)}: the training job packs exactly {', '.join(MAX_BYTES)}")
    digests = {name: file.sha256 for name, file in found.items()}
    return Artifact(digests={ARCHIVE: compressed.sha256_of_all(), **digests}, golden=found[GOLDEN_FILE].kept)


@dataclass(frozen=True)
class _File:
    sha256: str
    kept: bytes


def _read_members(tar: tarfile.TarFile) -> dict[str, _File]:
    found: dict[str, _File] = {}
    seen: set[str] = set()
    for member in tar:
        name = member.name.removeprefix("./")
        if name in seen:
            raise ArchiveRefusedError(f"holds {_shown(name)} twice")
        seen.add(name)
        _refuse_unlisted(member, name)
        if member.isfile():
            found[name] = _read_file(tar, member, keep=name == GOLDEN_FILE)
    return found


def _refuse_unlisted(member: tarfile.TarInfo, name: str) -> None:
    telltale = next((key for key in member.pax_headers if key.startswith(_TELLTALE_PAX_KEYS)), None)
    if telltale is not None:
        raise ArchiveRefusedError(f"the extended header of {_shown(name)} changes its {_shown(telltale)}")
    if member.isdir() and name in _DIRECTORIES:
        return
    if name not in MAX_BYTES:
        raise ArchiveRefusedError(f"holds {_shown(name)}, which is not one of {', '.join(MAX_BYTES)}")
    if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or member.issparse():
        raise ArchiveRefusedError(f"{name} is not a plain file but a link, device, sparse file or folder")
    if not 0 <= member.size <= MAX_BYTES[name]:
        raise ArchiveRefusedError(f"{name} has {member.size} bytes; at most {MAX_BYTES[name]} are allowed")


def _read_file(tar: tarfile.TarFile, member: tarfile.TarInfo, *, keep: bool) -> _File:
    content = tar.extractfile(member)
    digest = hashlib.sha256()
    kept = io.BytesIO()
    while content is not None and (chunk := content.read(_CHUNK)):
        digest.update(chunk)
        if keep:
            kept.write(chunk)
    return _File(sha256=digest.hexdigest(), kept=kept.getvalue())


def _shown(name: str) -> str:
    """A name out of a hostile archive, fit for a terminal."""
    return ascii(name[:80])


class _DigestingReader:
    """Digests the compressed bytes as they pass, and those that gzip leaves unread."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()

    def read(self, size: int = _CHUNK) -> bytes:
        data = self._stream.read(size)
        self._digest.update(data)
        return data

    def sha256_of_all(self) -> str:
        while self.read(_CHUNK):
            pass
        return self._digest.hexdigest()


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
            raise ArchiveRefusedError(f"expands to more than {_MAX_EXPANDED_BYTES} bytes")
        self._last = data or self._last
        return data

    def expect_only_padding(self) -> None:
        """Reading to the end also makes gzip check its own checksum."""
        chunk = self._last
        while chunk:
            if chunk.strip(b"\0"):
                raise ArchiveRefusedError(
                    "does not end where its last file ends: cut off, or something is hidden behind it"
                )
            chunk = self.read(_CHUNK)
