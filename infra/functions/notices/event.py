"""An event of EventBridge, read so that no shape of it can be an error: what is not there is the empty text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Event:
    """The document that EventBridge delivers."""

    document: Any

    def at(self, *path: str) -> Any:
        found = self.document
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def text(self, *path: str) -> str:
        found = self.at(*path)
        return str(found) if isinstance(found, str | int | float) else ""

    def detail(self, *path: str) -> str:
        return self.text("detail", *path)

    @property
    def kind(self) -> str:
        return self.text("detail-type")

    @property
    def region(self) -> str:
        return self.text("region") or "us-east-1"


def last_part(arn: str) -> str:
    """What stands behind the last slash or colon."""
    return arn.replace(":", "/").rpartition("/")[2]
