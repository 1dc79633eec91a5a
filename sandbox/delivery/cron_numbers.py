"""A field of a cron expression that names numbers: lists, ranges, steps, and names in their place."""

from __future__ import annotations

import re
from collections.abc import Mapping


def numbers(field: str, low: int, high: int, names: Mapping[str, int] | None = None) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        if span == "*":
            start, end = low, high
        else:
            start = number(first, low, high, names)
            end = number(last, low, high, names) if dash else high if slash else start
        if start > end or (slash and not re.fullmatch(r"[1-9]\d{0,3}", step)):
            raise ValueError(f"{part} names no value")
        if slash and int(step) > high:  # such as */60 minutes (localstack/localstack issue 9268)
            raise ValueError(f"{part}: a step is at most {high}")
        found.update(range(start, end + 1, int(step) if slash else 1))
    return frozenset(found)


def number(text: str, low: int, high: int, names: Mapping[str, int] | None) -> int:
    value = (names or {}).get(text)
    if value is None and re.fullmatch(r"[0-9]{1,4}", text):
        value = int(text)
    if value is None or not low <= value <= high:
        raise ValueError(f"{text} is not one of {low} to {high}")
    return value
