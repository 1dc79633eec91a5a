"""The same contract without a zygote: each job is a new process. Slower, and right wherever Python runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from sandbox.containers.launch import NOT_FOUND, PYTHON
from sandbox.containers.running import Command, Ending, RunningJob


def start_plain(command: Command, *, log: Callable[[str], None]) -> RunningJob:
    """Start a command in a session of its own."""
    reading, writing = os.pipe()
    program = str(command.python or sys.executable) if command.argv[0] in PYTHON else command.argv[0]
    try:
        process = subprocess.Popen(  # noqa: S603  # running what the user wrote is the point
            [program, *command.argv[1:]],
            cwd=command.folder,
            env=dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=writing,
            start_new_session=True,
        )
    except OSError as error:
        os.write(writing, f"{command.argv[0]}: {error.strerror}\n".encode())
        job = RunningJob(output=reading, log=log, send=lambda _: None)
        job.finish(Ending(code=NOT_FOUND))
        return job
    finally:
        os.close(writing)
    job = RunningJob(output=reading, log=log, send=lambda number: _signal_group(process.pid, number))
    threading.Thread(target=_reap, args=(process, job), name="job reaper", daemon=True).start()
    return job


def _reap(process: subprocess.Popen[bytes], job: RunningJob) -> None:
    code = process.wait()
    _signal_group(process.pid, signal.SIGKILL)
    job.finish(Ending(code=code) if code >= 0 else Ending(signal=-code))


def _signal_group(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, number)
