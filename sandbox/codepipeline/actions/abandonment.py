"""An action that nobody waits for any more: whoever works on it can ask, wait for it, or have something done then."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable


class Abandonment:
    """Safe from any thread."""

    def __init__(self) -> None:
        self._event, self._lock = threading.Event(), threading.Lock()
        self._then: list[Callable[[], None]] = []

    def then(self, act: Callable[[], None]) -> None:
        """Have `act` called when it is abandoned, or now if it was."""
        with self._lock:
            if not self._event.is_set():
                self._then.append(act)
                return
        _run(act)

    def declare(self) -> None:
        """Returns at once; what is to be done is done beside."""
        with self._lock:
            self._event.set()
            then, self._then = self._then, []
        for act in then:
            threading.Thread(target=_run, args=(act,), name="abandoned action", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Whether it was abandoned within this time."""
        return self._event.wait(seconds)


def _run(act: Callable[[], None]) -> None:
    try:
        act()
    except Exception:  # the action is over: there is nobody left to tell but the log
        logging.getLogger(__name__).exception("after an action was abandoned")
