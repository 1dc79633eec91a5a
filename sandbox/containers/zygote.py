"""The pre-warmed process: it has the heavy imports, stays single-threaded, and forks one child for each job.

Started by `link` as `python -m sandbox.containers.zygote FD`. It ends, and ends every job, when the sandbox does.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

from sandbox import memory_limit
from sandbox.containers import launch, mounts, wire

# What a model's scripts need first. Not scikit-learn: it takes four times as long to import as all the rest of XGBoost.
_WARM = ("numpy", "xgboost", "matplotlib.pyplot", "matplotlib.backends.backend_agg")
_SERVING = ("waitress", "werkzeug.wrappers", "werkzeug.exceptions")


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    memory_limit.lift()
    sys.path.remove(str(launch.ROOT))
    wire.send(control, {"mounts": mounts.possible()})
    warm()
    gc.collect()
    gc.freeze()  # the children share these pages; a collection in a child must not copy them
    Zygote(control).serve()


def warm() -> None:
    """Import what jobs would import. A library that is missing is only missed by the job that wants it."""
    sys.modules["sklearn"] = None  # type: ignore[assignment]  # how Python spells "cannot be imported"
    for name in (*_WARM, *_SERVING):
        with suppress(ImportError):
            import_module(name)
    del sys.modules["sklearn"]


class Zygote:
    """The loop: start, signal and reap jobs, one message or one death at a time."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._jobs: dict[int, int] = {}  # pid: the number that the sandbox gave the job
        self._deaths, self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    def serve(self) -> None:
        try:
            while True:
                ready, _, _ = select.select([self._control.fileno(), self._deaths], [], [])
                if self._deaths in ready:
                    os.read(self._deaths, 4096)
                    self._reap()
                if self._control.fileno() in ready and not self._obey():
                    return
        finally:
            for pid in self._jobs:
                _signal_group(pid, signal.SIGKILL)

    def _obey(self) -> bool:
        received = wire.receive(self._control)
        if received is None:
            return False
        message, output = received
        if output is not None:
            self._start(message, output)
        else:
            for pid in [pid for pid, job in self._jobs.items() if job == message["job"]]:
                _signal_group(pid, message["signal"])
        return True

    def _start(self, message: wire.Message, output: int) -> None:
        zygote = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:  # no memory, or no process number left: this job's misfortune, not the others'
            os.write(output, f"the job could not be started: {error.strerror}\n".encode())
            os.close(output)
            self._tell({"job": message["job"], "code": launch.NOT_EXECUTABLE})
            return
        if pid == 0:
            self._become(message, output, zygote)
        os.close(output)
        self._jobs[pid] = message["job"]
        self._tell({"job": message["job"], "pid": pid})

    def _become(self, message: wire.Message, output: int, zygote: int) -> NoReturn:
        """The child: nothing of the zygote's own reaches the job."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(self._deaths)
            os.close(self._wake)
            self._control.close()
            launch.detach(output, parent=zygote)
            code = launch.run(launch.Start(**message["start"]))
        except BaseException:  # noqa: BLE001  # whatever it is, it must not climb into the zygote's loop
            traceback.print_exc()
        finally:
            os._exit(code)

    def _reap(self) -> None:
        """Report each job that ended. Its group dies before its number is free for another process."""
        while self._jobs:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None:
                return
            _signal_group(ended.si_pid, signal.SIGKILL)
            _, status = os.waitpid(ended.si_pid, 0)
            code = os.waitstatus_to_exitcode(status)
            self._tell({"job": self._jobs.pop(ended.si_pid), "code": code})

    def _tell(self, message: wire.Message) -> None:
        with suppress(ConnectionError):  # the sandbox is gone: the next read says so, too
            wire.send(self._control, message)


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:  # it has not made its group yet, or has ended
        with suppress(ProcessLookupError):
            os.kill(pid, number)


if __name__ == "__main__":
    main()
