"""The path syntax of `Get` and `Std:JsonGet`: `Outputs['train'].S3Output.S3Uri`, `metrics.mse.value`, `items[0]`.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-propertyfile.html
"""

from __future__ import annotations

import re
from functools import cache

_PART = re.compile(r"""\.?(?P<name>[^.\[\]'"]+)|\[(?P<index>\d+)\]|\[(?P<quote>['"])(?P<key>.*?)(?P=quote)\]""")
_SHOWN = 8  # members named in an error


class PathError(ValueError):
    """The path is malformed, or leads nowhere."""


@cache
def parts(path: str) -> tuple[str | int, ...]:
    """Member names, and integers for positions. A leading `$` (JSONPath's root) may be there or not."""
    rest = path.removeprefix("$").removeprefix(".")
    found: list[str | int] = []
    position = 0
    while position < len(rest):
        part = _PART.match(rest, position)
        if part is None:
            raise PathError(f"'{path}' is not a path: it breaks off before '{rest[position:]}'")
        found.append(int(part["index"]) if part["index"] else part["name"] or part["key"])
        position = part.end()
    if not found:
        raise PathError(f"'{path}' is not a path: it names nothing")
    return tuple(found)


def find(value: object, path: str) -> object:
    """What the path leads to."""
    so_far = ""
    for part in parts(path):
        value = _step(value, part, so_far or "the root")
        so_far += f"[{part}]" if isinstance(part, int) else f".{part}" if so_far else part
    return value


def _step(value: object, part: str | int, where: str) -> object:
    if isinstance(value, dict) and part in value:
        return value[part]
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    if isinstance(value, list) and isinstance(part, str):
        for item in value:
            if _called(item, part):
                return item
    raise PathError(f"{where} has no '{part}'; it has: {_members(value)}")


def _called(item: object, name: str) -> bool:
    """Lists of named things are addressed by name: `Outputs['train']` is the one whose OutputName is `train`."""
    return isinstance(item, dict) and any(key.endswith("Name") and item[key] == name for key in item)


def _members(value: object) -> str:
    if isinstance(value, dict):
        names = sorted(map(str, value))
        return ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "") or "no members"
    if isinstance(value, list):
        return f"{len(value)} items"
    return "no members"
