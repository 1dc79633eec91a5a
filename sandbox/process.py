"""up, down, status: one sandbox a home folder, guarded by a lock that the sandbox's process holds."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

from sandbox import home_format, work_folder
from sandbox.settings import DEFAULT_REGION, HOST, SandboxSettings

STARTING = 60.0  # seconds a sandbox may take to answer; a cold first import is slow
STOPPING = 15.0
_GLANCE = 0.02
_TRIES = 3  # a free port can be taken between the look and the bind


class SandboxError(Exception):
    """A sentence for the user: what, where, and what to do."""


def holder(home: Path) -> int | None:
    """The pid of the process that holds this home, or None."""
    lock = home / "lock"
    while lock.exists():
        with lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                if pid := file.read():
                    return int(pid)
                time.sleep(_GLANCE)  # it has the lock, and is about to write who it is
                continue
        return None
    return None


def status(home: Path) -> SandboxSettings | None:
    """The settings of the sandbox that runs in this home and is ready, or None."""
    ready = home / "ready.json"
    if holder(home) is None or not ready.exists():
        return None
    known = json.loads(ready.read_text())
    return SandboxSettings(home=home.resolve(), port=known["port"], region=known["region"])


def up(home: Path, *, port: int = 0, region: str = DEFAULT_REGION) -> SandboxSettings:
    """Start the sandbox of `home` and wait until it answers; port 0 is any free one. One that runs already is returned as it is."""
    home = home.resolve()
    running = status(home)
    if running is not None:
        if port not in (0, running.port):
            raise SandboxError(
                f"The sandbox in {home} is up on port {running.port}; stop it first to move it to {port}."
            )
        return running
    for attempt in range(_TRIES):
        chosen = port or _free_port()
        if not _is_free(chosen):
            raise SandboxError(f"Port {chosen} is in use. Name another with --port, or let one be found with --port 0.")
        try:
            return _start(home, chosen, region)
        except SandboxError:
            if port or attempt == _TRIES - 1 or _is_free(chosen):
                raise
    raise AssertionError("unreachable")


def _start(home: Path, port: int, region: str) -> SandboxSettings:
    home.mkdir(parents=True, exist_ok=True)
    if refusal := home_format.claim(home):
        raise SandboxError(refusal)
    (home / "ready.json").unlink(missing_ok=True)
    pid = _spawn(home, ["--home", str(home), "--port", str(port), "--region", region])
    try:
        return _ready(home, pid)
    except BaseException:  # Ctrl-C too: a sandbox that nobody waits for is stopped
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        raise


def _ready(home: Path, pid: int) -> SandboxSettings:
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline:
        running = status(home)
        if running is not None:
            return running
        if os.waitpid(pid, os.WNOHANG)[0]:
            raise SandboxError(f"The sandbox did not start: {_last_line(home)} (the whole log: {home / 'sandbox.log'})")
        time.sleep(_GLANCE)
    raise SandboxError(f"The sandbox did not answer within {STARTING:g} s; its log: {home / 'sandbox.log'}")


def _spawn(home: Path, arguments: list[str]) -> int:
    """Start the server in a session of its own, so that it outlives the shell; it writes to the sandbox's log."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "PYTHONDONTWRITE"))}
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[1])
    to_log = (os.POSIX_SPAWN_OPEN, 1, str(home / "sandbox.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    return os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "sandbox.server", *arguments],
        environment,
        file_actions=[nothing, to_log, (os.POSIX_SPAWN_DUP2, 1, 2)],
        setsid=True,
    )


def down(home: Path) -> bool:
    """Stop the sandbox of `home`; its state stays. False when none was running."""
    pid = holder(home)
    if not pid:
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOPPING
    while holder(home) is not None:
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(_GLANCE)
    with suppress(ChildProcessError):  # only the process that started it has it to reap
        os.waitpid(pid, 0)
    (home / "ready.json").unlink(missing_ok=True)
    return True


def reset(home: Path) -> None:
    """Forget everything this home holds: buckets, models, endpoints, logs. Only a folder that was a sandbox is removed."""
    if not home.exists():
        return
    if not (home / "lock").exists():
        raise SandboxError(f"{home} was never a sandbox's home, so it stays as it is. Name the right one with --home.")
    down(home)
    work_folder.remove(home)
    shutil.rmtree(home)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _last_line(home: Path) -> str:
    lines = (home / "sandbox.log").read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it wrote nothing"
