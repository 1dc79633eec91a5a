"""Ctrl-C, and being told to end: once, and not in the middle of starting something that would then be left behind."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class _State:
    """Signal handlers belong to the process, so there is one of these."""

    held: bool = False
    pending: bool = False


_state = _State()


def listen() -> None:
    """From here on the first signal is a KeyboardInterrupt, and later ones find the demo stopping already."""
    for name in _ENDINGS:
        signal.signal(name, _interrupt)


def ignore() -> None:
    """Stopping is short; a second Ctrl-C must not cut it shorter and leave a sandbox behind."""
    for name in _ENDINGS:
        signal.signal(name, signal.SIG_IGN)


@contextmanager
def held() -> Iterator[None]:
    """An interrupt that comes inside is raised at the end."""
    _state.held = True
    try:
        yield
    finally:
        _state.held = False
        if _state.pending:
            raise KeyboardInterrupt


def _interrupt(_: int, __: FrameType | None) -> None:
    ignore()
    if _state.held:
        _state.pending = True
    else:
        raise KeyboardInterrupt
