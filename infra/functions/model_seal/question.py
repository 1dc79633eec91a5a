"""What the step hands over: the archive, and the digests that Evaluate measured."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .archive import ARCHIVE, DIGESTS, MODEL_FILE
from .refusal import SealRefused
from .settings import Settings

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Question:
    """One archive, and what it has to be."""

    uri: str
    measured: Mapping[str, str]
    """name of a digest -> its value"""


def read_question(event: Mapping[str, Any], settings: Settings) -> Question:
    names = ("modelUri", "archiveSha256", "modelSha256")
    missing = [name for name in names if not isinstance(event.get(name), str) or not event[name]]
    if missing:
        raise SealRefused(f"The step SealModel hands over no {', '.join(missing)}: publish the pipeline again.")
    uri = event["modelUri"]
    if not uri.startswith(settings.outputs) or uri.endswith("/"):
        raise SealRefused(f"{uri} is no archive under {settings.outputs}, where training jobs leave theirs.")
    for name in names[1:]:
        if not _SHA256.fullmatch(event[name]):
            raise SealRefused(
                f"{name} is {event[name][:80]!r}, no SHA-256: evaluation.json of the step Evaluate has to hold it. "
                "Publish the pipeline again, and start the run with another CacheKey."
            )
    return Question(uri, {DIGESTS[ARCHIVE]: event["archiveSha256"], DIGESTS[MODEL_FILE]: event["modelSha256"]})
