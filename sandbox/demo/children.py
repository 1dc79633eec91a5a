"""The commands of the other roots, run as a person would run them. None outlives the demo."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.demo import interrupts
from sandbox.demo.failure import DemoFailure
from sandbox.demo.layout import REPOSITORY

_PATIENCE = 3.0  # seconds a child gets between being asked and being killed
_PREPARED = Path(__file__).with_name("prepared.py")


@dataclass(frozen=True, kw_only=True)
class Command:
    """One `python -m ...` of a root, with a log of its own."""

    name: str
    arguments: Sequence[str]
    root: str
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
    with _started(
        [sys.executable, "-m", *command.arguments], command.root, command.environment, command.log
    ) as process:
        output, _ = process.communicate()
    return _answer(command.name, process.returncode, output, command.log)


@contextmanager
def prepared(module: str, *, root: str, environment: Mapping[str, str], log: Path) -> Iterator[Prepared]:
    """A child that imports what `module` will need while the sandbox starts, then waits to be given an environment."""
    with _started([sys.executable, str(_PREPARED), module], root, environment, log) as process:
        yield Prepared(module, process, log)


@dataclass(frozen=True)
class Prepared:
    """The waiting child."""

    module: str
    process: subprocess.Popen[str]
    log: Path

    def run(self, environment: Mapping[str, str]) -> str:
        """As `run`: the module's standard output."""
        output, _ = self.process.communicate(json.dumps(dict(environment)))
        return _answer(self.module, self.process.returncode, output, self.log)


@contextmanager
def _started(
    arguments: Sequence[str], root: str, environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[str]]:
    log.parent.mkdir(parents=True, exist_ok=True)
    process = None
    try:
        with log.open("w") as errors, interrupts.held():
            process = subprocess.Popen(  # noqa: S603 (our own interpreter and modules)
                arguments,
                cwd=REPOSITORY / root,
                env=clean_environment() | dict(environment),
                stdin=subprocess.PIPE,
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
    for pipe in (process.stdin, process.stdout):
        if pipe is not None and not pipe.closed:
            pipe.close()


def _answer(name: str, code: int, output: str, log: Path) -> str:
    if code:
        said = [line for line in (log.read_text(errors="replace") or output).splitlines() if line.strip()]
        raise DemoFailure(name, said[-1] if said else f"it ended with exit code {code}", log=log)
    return output
