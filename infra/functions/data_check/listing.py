"""Objects under a prefix: which of them a job would read, what they amount to, and what could not be read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .refusal import DataRefused

_LONGEST_NAME = 255  # bytes, of a file


@dataclass(frozen=True)
class Object:
    """As ListObjectsV2 tells it."""

    key: str
    etag: str
    size: int


def version_of(objects: Iterable[Object]) -> str:
    """Equal for equal objects, and another one for any that is added, changed or gone."""
    digest = hashlib.sha256()
    for each in sorted(objects, key=lambda one: one.key):
        digest.update(f"{each.key}\0{each.etag}\0{each.size}\0".encode())
    return digest.hexdigest()


def without_folders(objects: Iterable[Object]) -> list[Object]:
    """The console and other tools mark a folder by an object whose key ends with a slash."""
    return [each for each in objects if not each.key.endswith("/")]


def only_this(objects: Sequence[Object], *, key: str, uri: str) -> None:
    """S3Prefix is a prefix: s3://bucket/a.csv would also take in a.csv.bak."""
    others = [each.key for each in objects if each.key != key]
    if len(others) < len(objects) and others:
        raise DataRefused(
            f"InputData {uri} is an object, and also the beginning of {others[0]}: a job would read both. "
            "Rename one, or give a folder, with a slash at its end."
        )


def files(objects: Sequence[Object]) -> None:
    """Refuse keys that a job could not lay out as files."""
    keys = {each.key for each in objects}
    for key in sorted(keys):
        parts = key.split("/")
        if {".", ".."} & set(parts) or any(len(part.encode()) > _LONGEST_NAME for part in parts):
            raise DataRefused(
                f"The object {key[:300]!r} cannot become a file of a job: a part of its key is . or .., or longer than "
                f"{_LONGEST_NAME} bytes. Rename it, or keep it elsewhere."
            )
        clash = next((above for above in _above(parts) if above in keys), None)
        if clash:
            raise DataRefused(
                f"The objects {clash!r} and {key!r} cannot both become files of a job, since one would be the other's folder: "
                "rename one."
            )


def _above(parts: Sequence[str]) -> Iterable[str]:
    return ("/".join(parts[:count]) for count in range(1, len(parts)))
