"""ministack's state on disk after each change.

ministack itself saves on a clean stop alone. Here a request that may have changed a service is answered only when that
service's state is on disk (new file, fsync, rename), so that `kill -9` loses nothing that was acknowledged. What changes beside
that (other services that a request reached, a stack being deployed, log lines) is saved within `PERIOD`.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import parse_qs

_LOG = logging.getLogger(__name__)
PERIOD = 0.25  # seconds
_READS = re.compile(r"(Get|List|Describe|Head|BatchGet|Query|Scan|Search|Filter|Test|Validate|Simulate|Lookup)")
_IN_BACKGROUND = frozenset({"logs"})  # many small requests, of which losing a quarter of a second hurts nobody


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

    def touch(self) -> None:
        """Have the next period save."""
        self._dirty = True

    def save(self, service: str | None = None) -> None:
        """Save what has changed: of one service, with what its request touched elsewhere to follow, or of all."""
        self._dirty = service is not None
        self._folder.mkdir(parents=True, exist_ok=True)
        for key, state in self._states(service).items():
            digest = hashlib.sha256(state).digest()
            if self._written.get(key) != digest:
                _replace(self._folder / f"{key}.json", state)
                self._written[key] = digest

    async def keep(self) -> None:
        """Save whatever is dirty, each period, until cancelled."""
        while True:
            await asyncio.sleep(PERIOD)
            if self._dirty or self._busy():
                try:
                    self.save()
                except OSError as error:  # a full disk, say: the next period tries again
                    self._dirty = True
                    _LOG.error("the state could not be saved: %s", error)


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
