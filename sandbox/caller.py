"""Who makes the call that is being answered: the access key that its request was signed with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/")
_caller: ContextVar[str | None] = ContextVar("caller", default=None)


def caller() -> str | None:
    """The access key; None is the sandbox itself, which may do everything. A new thread begins with None."""
    return _caller.get()


@contextmanager
def called_by(access_key_id: str | None) -> Iterator[None]:
    """While inside, every operation of our own services is called by this key, and allowed what its policies allow."""
    token = _caller.set(access_key_id)
    try:
        yield
    finally:
        _caller.reset(token)


def access_key_of(headers: Mapping[str, str]) -> str:
    """The key that a Signature Version 4 `Authorization` header names; "" for a request without one."""
    found = _CREDENTIAL.search(headers.get("authorization", ""))
    return found[1] if found else ""
