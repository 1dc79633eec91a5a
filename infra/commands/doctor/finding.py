"""What the doctor says: one sentence about what is, how much it matters, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How much a finding matters."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """One sentence about what is, and what to do about it."""

    level: Level
    sentence: str
    fix: str = ""
