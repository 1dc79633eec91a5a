"""The one shell of a build: in version 0.2 all commands share it, so variables and the working directory live on.

A generated script reads paths of command files from a named pipe, runs each in the shell itself, and reports its exit status in the
output, behind a character and a number that no command knows: so a status comes after all that the command had written.
A command that ends the shell (`exit 3`) ends itself alone: the next begins in a new shell, with the exported variables and the
directory that the old one had.
"""

from __future__ import annotations

import os
import secrets
import shlex
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sandbox.codebuild.running.watch import Inbox, Interrupted, Watch
from sandbox.containers.runner import Runner
from sandbox.containers.running import Command, Ending, RunningJob

_GRACE = 2.0  # seconds between SIGTERM and SIGKILL
_SCRIPT = """\
exec 9>&1 8<{pipe}
if [ -f {state} ]; then . {state} 2>/dev/null; cd "$(cat {directory})"; fi
trap '{{ export -p >{state}; pwd >{directory}; }} 2>/dev/null' EXIT
while IFS= read -r codebuild_command <&8; do
  . "$codebuild_command" 8<&- 9>&-
  {{ printf '\\036%s %s\\n' {token} "$?" >&9; }} 2>/dev/null
done
"""


@dataclass(frozen=True)
class _Ended:
    """The shell is gone."""

    job: RunningJob
    ending: Ending


class Shell:
    """`run` is for the build's own thread."""

    def __init__(self, kind: str, *, runner: Runner, watch: Watch, work: Path, log: Callable[[str], None]) -> None:
        """`work` is a folder for the script, the pipe and the commands."""
        self._kind, self._runner, self._log = kind, runner, log
        self._watch = watch
        self._inbox: Inbox[int | _Ended] = Inbox(watch)
        self._work = work
        self._token = secrets.token_hex(16)
        self._count = 0
        self._job: RunningJob | None = None
        self._pipe = -1

    def open(self, *, folder: Path, environment: Mapping[str, str]) -> None:
        """Where it begins, and with which variables."""
        self._folder, self._environment = folder, dict(environment)
        self._work.mkdir(parents=True, exist_ok=True)
        pipe = self._work / "commands"
        os.mkfifo(pipe, 0o600)
        self._pipe = os.open(pipe, os.O_RDWR)
        places = {"pipe": pipe, "state": self._work / "state", "directory": self._work / "directory"}
        quoted = {name: shlex.quote(str(path)) for name, path in places.items()}
        (self._work / "shell").write_text(_SCRIPT.format(**quoted, token=self._token))

    def run(self, command: str) -> int:
        """Its exit status. Raises Interrupted; the shell and all it started are gone then."""
        self._count += 1
        path = self._work / f"command{self._count}.sh"
        path.write_text(f"{command}\n")
        try:
            self._watch.check()
            self._start()
            os.write(self._pipe, f"{path}\n".encode())
            return self._outcome()
        except Interrupted:
            self.close()
            raise

    def _outcome(self) -> int:
        while True:
            signal = self._inbox.get()
            if isinstance(signal, int):
                return signal
            if signal.job is self._job:
                self._job = None
                self._drain()
                return signal.ending.exit_code

    def close(self) -> None:
        """End it, and what it started and left behind."""
        job, self._job = self._job, None
        if job is not None:
            job.stop(grace=_GRACE)
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1

    def _start(self) -> None:
        if self._job is not None and self._job.alive:
            return
        command = Command(
            argv=(self._kind, str(self._work / "shell")), folder=self._folder, environment=self._environment
        )
        job = self._job = self._runner.start(command, log=self._line)
        threading.Thread(target=self._tell_the_end, args=(job,), name="shell's end", daemon=True).start()

    def _tell_the_end(self, job: RunningJob) -> None:
        ending = job.wait()
        if ending is not None:
            self._inbox.put(_Ended(job, ending))

    def _line(self, text: str) -> None:
        before, found, report = text.rpartition(f"\x1e{self._token} ")
        if not found:
            self._log(text)
            return
        if before:
            self._log(before)
        self._inbox.put(int(report))

    def _drain(self) -> None:
        """A command that the shell did not get to would be read by the next one."""
        os.set_blocking(self._pipe, False)
        with suppress(BlockingIOError):
            while os.read(self._pipe, 4096):
                pass
        os.set_blocking(self._pipe, True)
