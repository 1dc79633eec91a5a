"""The developer of `benchmarks.push_to_production`: one clone of model-build, each push a learning rate never tried before."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from sandbox.demo.children import clean_environment
from sandbox.demo.moments.checkout import CHANGED, git_environment, with_rate


@dataclass
class Developer:
    """Training must not come out of the cache of steps, so no rate may come twice."""

    url: str
    branch: str
    folder: Path
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def clone(self) -> None:
        self._git("clone", "--quiet", "--branch", self.branch, self.url, str(self.folder), cwd=self.folder.parent)

    def commit(self) -> str:
        """A change that is ready to be pushed; returns its id."""
        file = self.folder / CHANGED
        file.write_text(with_rate(file.read_text(), f"{0.05 + next(self._numbers) / 10_000:.4f}"))
        self._git("commit", "--quiet", "--all", "--message", "Try another learning rate")
        return self._git("rev-parse", "HEAD").strip()

    def push(self) -> None:
        self._git("push", "--quiet", "origin", self.branch)

    def _git(self, *arguments: str, cwd: Path | None = None) -> str:
        environment = clean_environment() | git_environment()
        done = subprocess.run(
            ["git", *arguments],
            cwd=cwd or self.folder,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout
