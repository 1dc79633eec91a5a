"""A store that dies with its process."""

from __future__ import annotations

import threading
from pathlib import Path

from sandbox.store import Document, Store


class Killed(BaseException):
    """The process is gone: nothing is recorded any more."""


class DyingStore(Store):
    """A store whose process dies at the n-th write, unless the execution ends before."""

    def __init__(self, path: Path, *, writes: int) -> None:
        self.left, self.over = writes, threading.Event()
        super().__init__(path)

    def put(self, kind: str, key: str, document: Document, *, parent: str = "") -> None:
        if self.left <= 0:
            self.over.set()
            raise Killed
        self.left -= 1
        super().put(kind, key, document, parent=parent)
        if kind == "pipeline-execution" and document["PipelineExecutionStatus"] != "Executing":
            self.over.set()
