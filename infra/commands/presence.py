"""Whether something is there, asked of the operation that describes it: each service says in its own words that it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from botocore.exceptions import ClientError

_WORDS = ("does not exist", "not found", "NotFound", "Could not find", "404", "NoSuchBucket")


def is_absence(error: ClientError) -> bool:
    return any(word in str(error) for word in _WORDS)


def is_there(describe: Callable[..., object], **name: str) -> bool:
    try:
        describe(**name)
    except ClientError as error:
        if is_absence(error):
            return False
        raise
    return True


def pages_if_there(pages: Iterable[Any]) -> Iterator[Any]:
    """The pages of a listing, or none where what it lists within is gone."""
    try:
        yield from pages
    except ClientError as error:
        if not is_absence(error):
            raise
