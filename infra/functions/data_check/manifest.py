"""A manifest: the very objects that a run reads, in the form of S3DataSource's ManifestFile."""

from __future__ import annotations

import json
from collections.abc import Sequence

from .listing import Object
from .refusal import DataRefused


def keys_of(content: bytes, *, uri: str, allowed: str) -> list[str]:
    """The keys that it names, all below `allowed`."""
    try:
        head, *names = json.loads(content)
        prefix = str(head["prefix"])
    except (ValueError, TypeError, KeyError) as error:
        raise DataRefused(
            f'{uri} is no manifest: a list of {{"prefix": "s3://..."}} and paths is needed ({error!r}).'
        ) from error
    outside = [f"{prefix}{name}" for name in names if not f"{prefix}{name}".startswith(allowed)]
    if outside:
        raise DataRefused(
            f"{uri} names {outside[0]}, which does not lie under {allowed}: the jobs may read nothing else."
        )
    return [f"{prefix}{name}".removeprefix("s3://").partition("/")[2] for name in names]


def chosen(keys: Sequence[str], objects: Sequence[Object], *, uri: str) -> list[Object]:
    known = {each.key: each for each in objects}
    gone = [key for key in keys if key not in known]
    if gone:
        raise DataRefused(f"{uri} names {gone[0]}, which is not there any more: start the run again without it.")
    return [known[key] for key in keys]
