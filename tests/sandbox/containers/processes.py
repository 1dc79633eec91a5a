"""Commands to run, and whether what they started is still there."""

from __future__ import annotations

import time
from pathlib import Path

from sandbox.containers.environment import container_environment
from sandbox.containers.filesystem import Volume
from sandbox.containers.running import Command

PATIENCE = 10.0


def command(path: Path, *words: str, **variables: str) -> Command:
    environment = container_environment(Volume.create(path.parent / "volume"), variables)
    return Command(argv=("python3", str(path), *words), folder=path.parent, environment=environment)


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has reaped yet has."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        status = Path(f"/proc/{pid}/status")
        if not status.exists() or "State:\tZ" in status.read_text():
            return True
        time.sleep(0.01)
    return False


def wait_for(path: Path) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if path.exists() and (text := path.read_text()).endswith("\n"):
            return text.strip()
        time.sleep(0.005)
    raise AssertionError(f"{path} was not written")
