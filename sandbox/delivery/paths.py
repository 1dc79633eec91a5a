"""JSON paths into an event, in EventBridge's subset: names after dots, indices and a star in brackets.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from __future__ import annotations

import re
from typing import Any

_STEP = re.compile(r"\.([\w/-]+)|\[(\d+)\]|\[(\*)\]|\['([^']*)'\]")


def found(document: Any, path: str) -> Any:
    """What the path names. LookupError where the document has no such place; ValueError for what is no path."""
    if not path.startswith("$"):
        raise ValueError(f"{path} is not a JSON path: it does not begin with $")
    return _follow(document, path, 1)


def _follow(value: Any, path: str, position: int) -> Any:
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            raise ValueError(f"{path} is not a JSON path that EventBridge takes, from {path[position:]!r} on")
        position = step.end()
        name, index, star = step[1] or step[4], step[2], step[3]
        if star:
            if not isinstance(value, list):
                raise LookupError(path)
            return [_follow(each, path, position) for each in value]
        if index is not None:
            if not isinstance(value, list):
                raise LookupError(path)
            value = value[int(index)]
        elif isinstance(value, dict):
            value = value[name]
        else:
            raise LookupError(path)
    return value
