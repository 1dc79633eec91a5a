"""What each role did with its permissions: every decision counted, each kind once.

A call waits for nothing: decisions are counted in memory and written behind. A kill loses at most the last second of counts.
"""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.iam.decision import Decision
from sandbox.store import Store

_KIND = "usage"
_DELAY = 1.0  # seconds between a decision and its row


@dataclass(kw_only=True)
class Used:
    """One action of a role on one resource, allowed or refused."""

    role: str
    action: str
    resource: str
    allowed: bool
    first: float
    last: float
    count: int = 0
    statements: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.role} {self.action} {self.resource} {self.allowed}"


class Usage:
    """Safe from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._known = {used.key: used for used in map(_read, store.all(_KIND))}
        self._unwritten: set[str] = set()
        self._writing: threading.Timer | None = None

    def record(self, decision: Decision) -> None:
        now = time.time()
        fresh = Used(
            role=decision.role,
            action=decision.action,
            resource=decision.resource,
            allowed=decision.allowed,
            first=now,
            last=now,
        )
        with self._lock:
            used = self._known.setdefault(fresh.key, fresh)
            used.count, used.last = used.count + 1, now
            used.statements += [name for name in decision.statements if name not in used.statements]
            self._unwritten.add(used.key)
            if self._writing is None:
                self._writing = threading.Timer(_DELAY, self.flush)
                self._writing.daemon = True
                self._writing.start()

    def all(self) -> list[Used]:
        with self._lock:
            return [_read(asdict(used)) for _, used in sorted(self._known.items())]

    def flush(self) -> None:
        with self._lock:
            unwritten, self._unwritten, self._writing = self._unwritten, set(), None
            rows = {key: asdict(self._known[key]) for key in unwritten}
            with self._store.transaction():
                for key, row in rows.items():
                    self._store.put(_KIND, key, row)

    def close(self) -> None:
        with self._lock:
            if self._writing is not None:
                self._writing.cancel()
        self.flush()
        self._store.close()


def _read(row: dict[str, Any]) -> Used:
    return Used(**{**row, "statements": list(row["statements"])})
