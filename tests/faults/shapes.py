"""Requests drawn from botocore's service model: right by their shape, or with one thing in them turned wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

ACCOUNT = "000000000000"
_DEEPEST = 6  # levels of optional members
# Names that the soak's project has, and things of the kind that members want: the longest list that fits nothing is made up for.
POOL: tuple[str, ...] = (
    *("soak", "soak-2", "main", "1", "a", "README.md", "x.y", "Source", "Build", "First", "ann@example.com"),
    *("s3://soak/code/wait.py", "s3://soak/", "https://example.com/hook", "application/json", "text/csv", "us-east-1"),
    *("0" * 40, "0" * 64, "f" * 32, "00000000-0000-4000-8000-000000000000", "refs/heads/main", "arn:aws:s3:::soak"),
    *(f"arn:aws:iam::{ACCOUNT}:role/soak", f"arn:aws:sns:us-east-1:{ACCOUNT}:soak"),
    f"arn:aws:kms:us-east-1:{ACCOUNT}:key/00000000-0000-4000-8000-000000000000",
    f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:model-package/soak/1",
    f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:pipeline/soak/execution/abcdefghijkl",
    f"arn:aws:codepipeline:us-east-1:{ACCOUNT}:soak",
    f"arn:aws:codebuild:us-east-1:{ACCOUNT}:project/soak",
    "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0",
    json.dumps({"Version": "2020-12-01", "Steps": []}),
)
_ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**31, 2**63, 10**400, 1.5, 1e308, "", " ", "\0", "\ud800", "é" * 300, "../../etc/passwd"),
    *("x" * 100_000, "$(id)", "%s%n", "<a/>", [], {}, [[]], [None], {"": ""}, ["x"] * 5_000, {"a": {"b": [{}]}}),
    *("a" * 30_000 + "!", "-" * 30_000 + "!", "a-" * 15_000 + "/", "/" * 30_000, ":" * 30_000, "a." * 15_000 + "\n"),
    *("NaN", "9" * 400, "1e999", "arn:aws:", "arn:aws:sagemaker:::model-package/", "s3://", "*" * 64, "\u202e"),
)
Value = Any


def right(shape: Shape, random: Random, depth: int = 0) -> Value:
    """A value of the shape: required members, and some of the others."""
    if isinstance(shape, StructureShape):
        wanted = [name for name in shape.members if _is_wanted(name, shape, random, depth)]
        if getattr(shape, "is_tagged_union", False):
            wanted = [random.choice(list(shape.members))] if shape.members else []
        return {name: right(shape.members[name], random, depth + 1) for name in wanted}
    least = int(shape.metadata.get("min", 0) or 0)
    if isinstance(shape, ListShape):
        most = 0 if depth > _DEEPEST and not least else 2
        return [right(shape.member, random, depth + 1) for _ in range(random.randint(least, max(least, most)))]
    if isinstance(shape, MapShape):
        return {right(shape.key, random, depth): right(shape.value, random, depth + 1) for _ in range(max(least, 1))}
    return _plain(shape, random)


def _is_wanted(name: str, shape: StructureShape, random: Random, depth: int) -> bool:
    return name in shape.required_members or (depth <= _DEEPEST and random.random() < 0.6 / (depth + 1))


def _plain(shape: Shape, random: Random) -> Value:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if isinstance(shape, StringShape):
        if shape.enum:
            return random.choice(list(shape.enum))
        fitting = _fitting(shape.metadata.get("pattern"), int(least or 0), int(most or 10**6))
        return fitting[0] if random.random() < 0.5 else random.choice(fitting)
    if shape.type_name in ("integer", "long"):
        return random.randint(int(least or 0), int(min(most if most is not None else 100, (least or 0) + 100)))
    if shape.type_name in ("float", "double"):
        return float(least or 0) + random.random()
    if shape.type_name == "boolean":
        return random.random() < 0.5
    return 1_700_000_000 if shape.type_name == "timestamp" else "eA=="


@cache
def _fitting(pattern: str | None, least: int, most: int) -> Sequence[str]:
    """Of the pool; else a word of the least length, right or not."""
    try:
        fits: Callable[[str], Any] = re.compile(pattern or "", re.DOTALL).fullmatch if pattern else lambda _: True
    except re.error:  # a pattern of Java's that is none of Python's
        fits = lambda _: True  # noqa: E731
    found = [each for each in POOL if least <= len(each) <= most and fits(each)]
    return found or ["a" * max(least, 1)]


def wrong(document: Value, random: Random) -> Value:
    """The document with one place of it changed: gone, of another type, out of bounds, or beside itself."""
    places = list(_places(document))
    if not places:
        return random.choice(_ODD)
    holder, key = random.choice(places)
    kind = random.randrange(5)
    if kind == 0 and isinstance(holder, dict):
        del holder[key]
    elif kind == 1 and isinstance(holder, dict):
        holder[random.choice(("Unknown", "", "__proto__", key.swapcase()))] = holder[key]
    elif kind == 2:
        holder[key] = [holder[key]] * random.choice((1, 2, 1_000))
    else:
        holder[key] = random.choice(_ODD)
    return document


def _places(document: Value) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        each = waiting.pop()
        keys: list[Any] = list(each) if isinstance(each, dict) else list(range(len(each)))
        found.extend((each, key) for key in keys)
        waiting.extend(each[key] for key in keys if isinstance(each[key], dict | list))
    return found


def broken(body: bytes, random: Random) -> bytes:
    """The bytes of a request, so that they are no JSON, or that of another thing."""
    at = random.randrange(len(body) + 1)
    return random.choice(
        (
            body[:at],
            body[:at] + bytes([random.randrange(256)]) + body[at + 1 :],
            body + body,
            b"[" + body + b"]",
            b"null",
            b"",
            b"\xff\xfe" + body,
            b'{"a":' * random.choice((50, 5_000)),
            b"{" + b'"a":1,' * 1_000 + b'"a":1}',
        )
    )
