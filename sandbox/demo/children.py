"""The commands that the demo runs as a person would type them: git, the CDK CLI, `python -m`. None outlives the demo."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.demo import interrupts
from sandbox.demo.failure import DemoFailure

_PATIENCE = 3.0  # seconds a child gets between being asked and being killed


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command in its folder, with a log of its own for what it says on stderr."""

    name: str
    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    log: Path


def clean_environment() -> dict[str, str]:
    """The user's environment without what could reach AWS, or make imports twice as slow."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AWS_") and name != "PYTHONDONTWRITEBYTECODE"
    }


def run(command: Command) -> str:
    """The command's standard output. Its failure is ours, in its own last words."""
    with _started(command) as process:
        output, _ = process.communicate()
    if process.returncode:
        said = [line for line in (command.log.read_text(errors="replace") or output).splitlines() if line.strip()]
        reason = said[-1] if said else f"it ended with exit code {process.returncode}"
        raise DemoFailure(command.name, reason, log=command.log)
    return output


@contextmanager
def _started(command: Command) -> Iterator[subprocess.Popen[str]]:
    command.log.parent.mkdir(parents=True, exist_ok=True)
    process = None
    try:
        with command.log.open("w") as errors, interrupts.held():
            process = subprocess.Popen(  # noqa: S603 (commands of this package, never a user's text)
                command.arguments,
                cwd=command.folder,
                env=clean_environment() | dict(command.environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,  # a terminal's Ctrl-C reaches the demo alone, and the demo stops its children
            )
        yield process
    finally:
        if process is not None:
            _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    for name in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            break
        os.killpg(process.pid, name)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            continue
    if process.stdout is not None and not process.stdout.closed:
        process.stdout.close()
