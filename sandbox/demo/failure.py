"""How the demo says that it ended early: one paragraph that names the step, the reason, the log and the way on."""

from __future__ import annotations

from pathlib import Path


class DemoFailure(Exception):
    """Where it stopped, what AWS (or the command) said, which file tells more, and what to do before going on."""

    def __init__(self, where: str, reason: str, *, log: Path | None = None, first: str = "") -> None:
        super().__init__(where, reason)
        self.where, self.reason, self.log, self.first = where, reason, log, first

    def paragraph(self, command: str) -> str:
        """`command` runs the demo again; finished steps are then taken from the cache."""
        log = f" The log is {self.log}." if self.log else ""
        return f"The demo stopped at {self.where}: {_sentence(self.reason)}{log} To go on from there: {self.first}{command}"


class HomeIsHeld(Exception):
    """Another demo is at work in this home."""


def _sentence(text: str) -> str:
    told = " ".join(text.split()) or "no reason was given"
    return told if told.endswith((".", "!", "?")) else f"{told}."
