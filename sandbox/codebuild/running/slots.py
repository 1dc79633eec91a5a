"""How many builds run at once; a build waits in QUEUED until one of the slots is free.

A slot is a number, and so a folder: paths that stay the same let bytecode that was compiled for one build serve the next.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.codebuild.running.watch import Watch

_LEAST = 4  # builds mostly wait, for the network or for the services they call


class Slots:
    """Safe from any thread. The lowest free number is given, so that a lone build always has the same."""

    def __init__(self, count: int | None = None) -> None:
        self._count = count or max(_LEAST, os.cpu_count() or 1)
        self._taken: set[int] = set()
        self._changed = threading.Condition()

    @contextmanager
    def one(self, watch: Watch) -> Iterator[int]:
        """A slot for as long as the context lasts. Raises Interrupted while it waits."""
        number = self._take(watch)
        try:
            yield number
        finally:
            with self._changed:
                self._taken.discard(number)
                self._changed.notify_all()

    def _take(self, watch: Watch) -> int:
        with self._changed:
            while True:
                watch.check()
                free = next((number for number in range(self._count) if number not in self._taken), None)
                if free is not None:
                    self._taken.add(free)
                    return free
                self._changed.wait(watch.remaining)

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
