"""In the forked child: from a copy of the zygote to a fresh `python3 script.py`, or to any other program."""

from __future__ import annotations

import atexit
import ctypes
import os
import runpy
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Never

from sandbox.containers import mounts
from sandbox.containers.interpreter import site_packages

ROOT = Path(__file__).resolve().parents[2]  # where the package `sandbox` lies
PYTHON = frozenset({"python", "python3"})

_PR_SET_PDEATHSIG = 1  # prctl(2)
NOT_EXECUTABLE, NOT_FOUND = 126, 127  # the codes a shell, and Docker, answer with
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def detach(output: int, *, parent: int) -> None:
    """A session and a process group of its own, output to the descriptor, no input, and no life after the parent's."""
    os.setsid()
    _die_with_parent()
    if os.getppid() != parent:  # it died before the line above
        os._exit(1)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.close(nothing)
    os.close(output)


@dataclass(frozen=True, kw_only=True)
class Start:
    """A command on its way to the process that becomes it, as JSON."""

    argv: list[str]
    folder: str
    environment: dict[str, str]
    python: str | None
    root: str | None
    fork: bool


def _die_with_parent() -> None:
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def run(start: Start) -> int:
    """Run the command in this process; returns the exit code."""
    os.environ.clear()
    os.environ.update(start.environment)
    try:
        os.chdir(_enter(start))
        return _run_python(start) if start.fork else _become(start.argv, start.python)
    except OSError as error:
        sys.stderr.write(f"{start.argv[0]}: {error.strerror}\n")
        return NOT_EXECUTABLE if isinstance(error, PermissionError) else NOT_FOUND


def _enter(start: Start) -> str:
    """The working folder, by the name that it has in the container."""
    if start.root is None:
        return start.folder
    mounts.mount(Path(start.root) / mounts.ROOT.relative_to("/"))
    _die_with_parent()  # a user namespace of one's own may have undone it
    folder = Path(start.folder)
    inside = Path("/") / folder.relative_to(start.root) if folder.is_relative_to(start.root) else folder
    return str(inside if inside.is_relative_to(mounts.ROOT) else folder)


def _become(argv: Sequence[str], python: str | None) -> Never:
    for name in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores these, and exec would hand that on
        signal.signal(name, signal.SIG_DFL)
    program = (python or sys.executable) if argv[0] in PYTHON else argv[0]
    os.execvp(program, list(argv))  # noqa: S606  # no shell is meant


def _run_python(start: Start) -> int:
    """`python3 script.py ...` or `python3 -m module ...`, as a new interpreter would run it."""
    argv = start.argv
    _forget(start.environment)
    if start.python is not None:
        _pass_for(Path(start.python))
    code = 0
    try:
        if argv[1] == "-m":
            sys.argv[:] = argv[2:]
            sys.path.insert(0, os.getcwd())  # noqa: PTH109  # sys.path holds strings
            runpy.run_module(argv[2], run_name="__main__", alter_sys=True)
        else:
            sys.argv[:] = argv[1:]
            sys.path.insert(0, str(Path(argv[1]).resolve().parent))
            runpy.run_path(argv[1], run_name="__main__")
    except SystemExit as stop:
        code = _exit_code(stop.code)
    except BaseException as error:  # noqa: BLE001  # what the interpreter itself does at the end of a script
        sys.excepthook(type(error), error.with_traceback(_own_frames(error.__traceback__)), error.__traceback__)
        code = 1
    _finish()
    return code


def _forget(environment: Mapping[str, str]) -> None:
    """Undo what a fork inherits and a new interpreter would not have."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "sandbox"]:
        del sys.modules[name]
    sys.path[:0] = [entry for entry in environment.get("PYTHONPATH", "").split(os.pathsep) if entry]
    sys.dont_write_bytecode = bool(environment.get("PYTHONDONTWRITEBYTECODE"))
    tempfile.tempdir = None
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()  # else all jobs would draw the same numbers


def _pass_for(python: Path) -> None:
    """What the container's interpreter would say of itself; what is installed there comes before the sandbox's packages."""
    sys.executable = str(python)
    site = site_packages(python.parents[1])
    first = next((at for at, entry in enumerate(sys.path) if Path(entry).name == site.name), len(sys.path))
    sys.path.insert(first, str(site))


def _own_frames(trace: TracebackType | None) -> TracebackType | None:
    """The traceback without the frames of this module and of runpy."""
    while trace is not None and trace.tb_frame.f_code.co_filename in {__file__, runpy.run_path.__code__.co_filename}:
        trace = trace.tb_next
    return trace


def _exit_code(code: object) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    sys.stderr.write(f"{code}\n")
    return 1


def _finish() -> None:
    """What an interpreter does at its end: wait for threads, run the exit functions, flush."""
    threading._shutdown()  # type: ignore[attr-defined]  # executors hook into it, so joining the threads is not enough
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError, ValueError):
            stream.flush()
