"""A developer's clone of model-build: a hyper-parameter is changed, committed and pushed, with the stock git client."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from sandbox.demo.children import Command, run
from sandbox.demo.failure import DemoFailure
from sandbox.demo.layout import Layout

CHANGED = Path("pipelines/abalone/containers/hyperparameters.py")
_ETA = re.compile(r"^(    eta: float = )([0-9.]+)", flags=re.MULTILINE)
_RATES = ("0.04", "0.05")  # by turns, so that every run of the demo has something to push
_WHO = "A developer"


@dataclass(frozen=True)
class Commit:
    """What was pushed."""

    id: str
    subject: str

    @property
    def short(self) -> str:
        return self.id[:7]


@dataclass(frozen=True)
class Checkout:
    """A fresh clone at each run: what others have pushed in between is in it."""

    url: str
    branch: str
    layout: Layout

    def push_change(self) -> Commit:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._git(
            "clone", "--quiet", "--branch", self.branch, self.url, str(self._folder.resolve()), cwd=self.layout.home
        )
        file = self._folder / CHANGED
        text, subject = change(file.read_text(encoding="utf-8"))
        file.write_text(text, encoding="utf-8")
        self._git("commit", "--quiet", "--all", "--message", subject)
        self._git("push", "--quiet", "origin", self.branch)
        return Commit(self._git("rev-parse", "HEAD").strip(), subject)

    @property
    def _folder(self) -> Path:
        return self.layout.home / "model-build"

    def _git(self, *arguments: str, cwd: Path | None = None) -> str:
        log = self.layout.log_of(f"git-{arguments[0]}")
        folder = cwd or self._folder
        return run(
            Command(
                name=f"git {arguments[0]}",
                arguments=["git", *arguments],
                folder=folder,
                environment=git_environment(),
                log=log,
            )
        )


def git_environment() -> dict[str, str]:
    """Nothing of the user's own Git: no signing, no hooks, no credential helper, no question."""
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in _identity().items()}
    return who | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}


def change(text: str) -> tuple[str, str]:
    """Another learning rate, and the commit's subject."""
    now = _line(text)[2]
    rate = next(rate for rate in _RATES if rate != now)
    return with_rate(text, rate), f"Learn at a rate of {rate} instead of {now}"


def with_rate(text: str, rate: str) -> str:
    """The text of the file CHANGED with this learning rate."""
    line = _line(text)
    return f"{text[: line.start(2)]}{rate}{text[line.end(2) :]}"


def _line(text: str) -> re.Match[str]:
    found = _ETA.search(text)
    if found is None:
        raise DemoFailure("the change", f"model-build/{CHANGED} has no line `eta: float = ...`, which is to be changed")
    return found


def _identity() -> dict[str, str]:
    return {"NAME": _WHO, "EMAIL": "developer@example.com"}
