"""The logical id of a resource, from the path of units that leads to it: the one that the CDK gives a construct there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

_SILENT = "Resource"  # counts, but isn't read out


def logical_id(path: Sequence[str]) -> str:
    """The words of the path, each once, and eight digits of a digest of all of it.

    https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html#identifiers-logical-ids
    """
    spoken: list[str] = []
    for part in path:
        if not (spoken and spoken[-1].endswith(part)):
            spoken.append(part)
    words = "".join(re.sub(r"[^A-Za-z0-9]", "", part) for part in spoken if part != _SILENT)
    digest = hashlib.md5("/".join(path).encode(), usedforsecurity=False).hexdigest()
    return f"{words[:240]}{digest[:8].upper()}"
