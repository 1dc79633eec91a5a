"""Where the demo keeps its things, and the lock that keeps a second demo out of them."""

from __future__ import annotations

import fcntl
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.demo.failure import HomeIsHeld

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_HOME = Path(".sandbox/demo")


def demo_command(home: Path) -> str:
    return "make demo" if home == DEFAULT_HOME else f"make demo ARGS={shlex.quote(f'--home {home}')}"


@dataclass(frozen=True)
class Layout:
    """The demo's folder: the sandbox's home, with the demo's own reports and logs beside the sandbox's state."""

    home: Path

    @property
    def document(self) -> Path:
        """Beside the home and named after it, so that demos with different homes do not overwrite each other's."""
        return self.home.with_name(f"{self.home.name}.json")

    @property
    def reports(self) -> Path:
        return self.home / "reports"

    def reports_of(self, model_package_arn: str) -> Path:
        """What is told of one version."""
        return self.reports / f"version-{model_package_arn.rpartition('/')[2]}"

    @property
    def sandbox_log(self) -> Path:
        return self.home / "sandbox.log"

    def log_of(self, name: str) -> Path:
        return self.home / "logs" / f"{name}.log"

    @contextmanager
    def held(self) -> Iterator[None]:
        """One demo a home. The kernel frees the lock with the process, so a killed demo leaves none behind."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "demo.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                holder = lock.read().strip() or "unknown"
                raise HomeIsHeld(
                    f"A demo is already at work in {self.home} (process {holder}). "
                    "Wait for it, or give this one a folder of its own: make demo ARGS='--home FOLDER'"
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield
