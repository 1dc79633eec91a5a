"""What must survive: documents in SQLite.

Write-ahead logging with `synchronous=NORMAL`: a transaction that returned survives `kill -9` of the process; a power cut can lose
the last ones, but cannot tear one (https://www.sqlite.org/wal.html).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]  # an API shape as JSON; the edge where types end
Watcher = Callable[[str, Document | None, Document | None], None]  # (kind, before, after); None: not there

_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    kind TEXT NOT NULL, key TEXT NOT NULL, parent TEXT NOT NULL DEFAULT '', body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS document_by_parent ON document (kind, parent);
"""


class Store:
    """Documents by kind and key. Every method is safe from any thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + _SCHEMA)
        self._lock = threading.RLock()
        self._committed = threading.Condition(self._lock)
        self._depth = 0
        self._watched: dict[str, Watcher] = {}
        self._changes: list[tuple[str, Document | None, Document | None]] = []  # of the transaction under way

    def watch(self, kinds: Collection[str], watcher: Watcher) -> None:
        """Have every committed change of these kinds told, in their order. The watcher holds the lock: keep it short."""
        self._watched |= dict.fromkeys(kinds, watcher)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; nested calls join the outer one. Holds the lock: keep it short."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._changes.clear()
                    self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                changes, self._changes = self._changes, []
                self._connection.execute("COMMIT")
                self._committed.notify_all()
                for kind, before, after in changes:
                    self._watched[kind](kind, before, after)

    def _note(self, kind: str, key: str, after: Document | None) -> None:
        if kind in self._watched:
            self._changes.append((kind, self.get(kind, key), after))

    def get(self, kind: str, key: str) -> Document | None:
        with self._lock:
            row = self._connection.execute("SELECT body FROM document WHERE kind=? AND key=?", (kind, key)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, kind: str, key: str, document: Document, *, parent: str = "") -> None:
        with self.transaction():
            self._note(kind, key, document)
            self._connection.execute(
                "INSERT INTO document (kind, key, parent, body) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (kind, key) DO UPDATE SET parent=excluded.parent, body=excluded.body",
                (kind, key, parent, json.dumps(document)),
            )

    def update(self, kind: str, key: str, changes: Document) -> Document:
        """Merge `changes` into a document; returns the whole. KeyError when there is none."""
        with self.transaction():
            row = self._connection.execute(
                "SELECT body, parent FROM document WHERE kind=? AND key=?", (kind, key)
            ).fetchone()
            if row is None:
                raise KeyError(key)
            document: Document = json.loads(row[0]) | changes
            self.put(kind, key, document, parent=row[1])
        return document

    def delete(self, kind: str, key: str) -> None:
        with self.transaction():
            self._note(kind, key, None)
            self._connection.execute("DELETE FROM document WHERE kind=? AND key=?", (kind, key))

    def all(self, kind: str, *, parent: str | None = None) -> list[Document]:
        """Every document of a kind, or of a kind under one parent, in the order of their keys."""
        query, arguments = "SELECT body FROM document WHERE kind=?", [kind]
        if parent is not None:
            query, arguments = query + " AND parent=?", [*arguments, parent]
        with self._lock:
            rows = self._connection.execute(query + " ORDER BY key", arguments).fetchall()
        return [json.loads(row[0]) for row in rows]

    def wait(self, kind: str, key: str, *, until: Callable[[Document | None], bool], timeout: float) -> Document | None:
        """Block until the document satisfies `until` (looked at after each commit), or TimeoutError after `timeout` seconds."""
        found: list[Document | None] = [None]

        def satisfied() -> bool:
            found[0] = self.get(kind, key)
            return until(found[0])

        with self._committed:
            if not self._committed.wait_for(satisfied, timeout):
                raise TimeoutError(f"{kind} {key} did not get there within {timeout:g} s")
        return found[0]

    def clear(self) -> None:
        with self.transaction():
            self._connection.execute("DELETE FROM document")

    def close(self) -> None:
        with self._lock:
            self._connection.close()
