"""How the demo says that it ended early: one paragraph that names the step, the reason, the log and the way on."""

from __future__ import annotations

from pathlib import Path

GO_ON = "make demo"


class DemoFailure(Exception):
    """Where it stopped, what AWS (or the command) said, which file tells more, and the command that goes on."""

    exit_code = 1

    def __init__(self, where: str, reason: str, *, log: Path | None = None, go_on: str = GO_ON) -> None:
        super().__init__(where, reason)
        self.where, self.reason, self.log, self.go_on = where, reason, log, go_on

    def __str__(self) -> str:
        told = f"The demo stopped at {self.where}: {_sentence(self.reason)}"
        log = f" The log is {self.log}." if self.log else ""
        return f"{told}{log} To go on from there: {self.go_on}"


class HomeIsHeld(DemoFailure):
    """Another demo works in this home."""

    exit_code = 2

    def __str__(self) -> str:
        return f"{_sentence(self.reason)} To go on: {self.go_on}"


def _sentence(text: str) -> str:
    told = " ".join(text.split()) or "no reason was given"
    return told if told.endswith((".", "!", "?")) else f"{told}."
