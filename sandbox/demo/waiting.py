"""Waiting for what happens by itself: look, show, look again; never for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from sandbox.demo.failure import DemoFailure

POLL = 0.2  # seconds between two looks
PATIENCE = 900.0  # seconds for a build with its tests on a slow machine

Seen = TypeVar("Seen")


def wait_for(what: str, look: Callable[[], Seen | None], *, patience: float = PATIENCE) -> Seen:
    """What `look` saw at last. Raises DemoFailure, naming what was waited for, when it never did."""
    deadline = time.monotonic() + patience
    while (seen := look()) is None:
        if time.monotonic() > deadline:
            raise DemoFailure(what, f"nothing came of it within {patience:.0f} s")
        time.sleep(POLL)
    return seen
