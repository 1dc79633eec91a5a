"""ministack's state on disk after each change.

ministack itself saves on a clean stop alone. Here a request that may have changed a service is answered only when that
service's state is on disk (new file, fsync, rename), so that `kill -9` loses nothing that was acknowledged. What changes beside
that (other services that a request reached, a stack being deployed, log lines) is saved within `PERIOD`, or ten times as long as
saving it takes; what a service does by itself while it is only read, within a few of them.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
PERIOD = 0.25  # seconds
_REST = (
    9  # times as long as a look took, so that a machine with little time to spare keeps nine tenths of it for its work
)
_ALL = 8  # periods until all services are looked at after requests that should have changed nothing
_READS = re.compile(r"(Get|List|Describe|Head|BatchGet|Query|Scan|Search|Filter|Test|Validate|Simulate|Lookup)")
_IN_BACKGROUND = frozenset({"logs"})  # many small requests, of which losing a quarter of a second hurts nobody


def settled(take: Callable[[], T], *, attempts: int = 100) -> T:
    """A copy of what other threads may be changing meanwhile: taken again when it changed in the middle of it.

    Functions, alarms and calls between services change ministack's dictionaries on threads of their own.
    """
    for _ in range(attempts - 1):
        try:
            return take()
        except RuntimeError as error:
            if "during iteration" not in str(error):
                raise
    return take()


def may_change(service: str, method: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a request may change the service's state; in doubt, yes."""
    if service in _IN_BACKGROUND or method in ("GET", "HEAD"):
        return False
    action = headers.get("x-amz-target", "").rpartition(".")[2]
    if not action and headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        action = parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
    return not (action and _READS.match(action))


class StateKeeper:
    """Writes each service's state when its bytes have changed.

    `states` gives the present state of one service, or of every loaded one, serialised, by the name of its file. All runs on the
    server's own event loop, where the services run too. `busy` says that something goes on changing beside the requests.
    """

    def __init__(
        self, *, folder: Path, states: Callable[[str | None], dict[str, bytes]], busy: Callable[[], bool]
    ) -> None:
        self._folder, self._states, self._busy = folder, states, busy
        self._written: dict[str, bytes] = {}
        self._dirty = True
        self._touched: set[str] = set()
        self._reads, self._periods = False, 0  # since all services were looked at

    def touch(self, service: str) -> None:
        """A request that should change nothing: have the next period look at this service, and a later one at all."""
        self._touched.add(service)
        self._reads = True

    def save(self, service: str | None = None) -> None:
        """Save what has changed: of one service, with what its request touched elsewhere to follow, or of all."""
        self._dirty = service is not None
        self._write(service)
        if service is None:
            self._touched.clear()
            self._reads, self._periods = False, 0

    async def keep(self) -> None:
        """Save whatever is dirty, each period, until cancelled."""
        took = 0.0
        while True:
            await asyncio.sleep(max(PERIOD, _REST * took))
            began = time.monotonic()
            try:
                self.look()
            except OSError as error:  # a full disk, say: the next period tries again
                self._dirty = True
                _LOG.error("the state could not be saved: %s", error)
            took = time.monotonic() - began

    def look(self) -> None:
        """What one period does. To serialise all services takes the event loop many times as long as one of them."""
        self._periods += 1
        if self._dirty or self._busy() or (self._reads and self._periods >= _ALL):
            self.save()
            return
        while self._touched:
            self._write(self._touched.pop())

    def _write(self, service: str | None) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for key, state in self._states(service).items():
            digest = hashlib.sha256(state).digest()
            if self._written.get(key) != digest:
                _replace(self._folder / f"{key}.json", state)
                self._written[key] = digest


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
