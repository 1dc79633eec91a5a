"""A manifest: the objects of an input by name, in place of a prefix (API S3DataSource, ManifestFile).

[{"prefix": "s3://bucket/some/prefix/"}, "relative/path-1", "relative/path-2", ...]
"""

from __future__ import annotations

import json

from sandbox.containers.objects import S3Location


class MalformedManifest(ValueError):
    """The file is no manifest; the message says what is wrong."""


def read_manifest(content: bytes) -> list[tuple[S3Location, str]]:
    """Each object, and its path below the prefix, which is also that below the input's folder."""
    try:
        entries = json.loads(content)
    except ValueError as error:
        raise MalformedManifest(f"a manifest is JSON ({error})") from error
    head, *names = entries if isinstance(entries, list) and entries else [None]
    prefix = head.get("prefix") if isinstance(head, dict) else None
    paths = [name for name in names if isinstance(name, str) and name]
    if not isinstance(prefix, str) or len(paths) != len(names):
        raise MalformedManifest('a manifest is a list of {"prefix": "s3://bucket/some/prefix/"} and paths below it')
    if not paths:
        raise MalformedManifest("the manifest names no object")
    try:
        place = S3Location.parse(prefix)
    except ValueError as error:
        raise MalformedManifest(str(error)) from error
    return [(S3Location(place.bucket, f"{place.key}{path}"), path) for path in paths]
