"""The sandbox's end of the control channel: starts the zygote, hands it jobs, hears how they end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from sandbox.containers import wire
from sandbox.containers.environment import INTERPRETER
from sandbox.containers.launch import ROOT
from sandbox.containers.running import Command, Ending, RunningJob

_LAST_SECONDS = 10.0  # that a zygote gets to end by itself; it may be in the middle of its imports


class Link:
    """One zygote. Once it is gone, `alive` is False, its jobs are lost, and a new Link is needed."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # our own module
                [sys.executable, "-m", "sandbox.containers.zygote", str(theirs.fileno())],
                cwd=ROOT,
                env=dict(INTERPRETER),
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # a Ctrl-C in the terminal is the sandbox's to handle
            )
        self._channel = ours
        self._lock, self._sending = threading.Lock(), threading.Lock()
        self._jobs: dict[int, RunningJob] = {}
        self._pids: dict[int, int] = {}
        self._count = 0
        self._tried, self._mounts = threading.Event(), False
        self.alive = True
        self._listener = threading.Thread(target=self._listen, name="zygote link", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def mounts(self) -> bool:
        """Whether a job can have a real /opt/ml: the first thing that the zygote tells."""
        self._tried.wait()
        return self._mounts

    def start(self, command: Command, *, log: Callable[[str], None], fork: bool) -> RunningJob:
        """Start a job. Raises ConnectionError if the zygote is gone."""
        reading, writing = os.pipe()
        try:
            with self._lock:
                self._count += 1
                number = self._count
                job = RunningJob(output=reading, log=log, send=lambda signal: self._signal(number, signal))
                if not self.alive:
                    raise ConnectionResetError("the zygote is gone")
                self._jobs[number] = job
            message = {
                "job": number,
                "start": {
                    "argv": command.argv,
                    "folder": str(command.folder),
                    "environment": dict(command.environment),
                    "python": command.python and str(command.python),
                    "root": command.root and str(command.root),
                    "fork": fork,
                },
            }
            with self._sending:
                wire.send(self._channel, message, output=writing)
        finally:
            os.close(writing)
        return job

    def _signal(self, number: int, signal: int) -> None:
        with self._sending, suppress(OSError):
            wire.send(self._channel, {"job": number, "signal": signal})

    def _listen(self) -> None:
        while (received := wire.receive(self._channel)) is not None:
            message, _ = received
            if "mounts" in message:
                self._mounts = message["mounts"]
                self._tried.set()
                continue
            number = message["job"]
            if "pid" in message:
                self._pids[number] = message["pid"]
                continue
            with self._lock:
                self._pids.pop(number, None)
                job = self._jobs.pop(number)
            code = message["code"]
            job.finish(Ending(code=code) if code >= 0 else Ending(signal=-code))
        self._lose()

    def _lose(self) -> None:
        """The zygote is gone. Linux has killed its jobs' first processes; here what those have started goes, too."""
        self._tried.set()
        with self._lock:
            self.alive = False
            jobs, self._jobs = self._jobs, {}
        try:
            self._process.wait(_LAST_SECONDS)
        except subprocess.TimeoutExpired:  # stuck; whatever it still had to do, the jobs must end
            self._process.kill()
            self._process.wait()
        for pid in self._pids.values():
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        for job in jobs.values():
            job.finish(Ending(lost=True))

    def close(self) -> None:
        """End the zygote, and with it every job."""
        with suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)
        self._listener.join()
        self._channel.close()
