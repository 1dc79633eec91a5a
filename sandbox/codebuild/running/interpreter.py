"""The build's own Python: an interpreter with pip and nothing else, made anew for each build.

It is no virtual environment, since `uv pip install --system` passes those over and would find the user's own Python behind it.
It is a prefix of its own: a copy of the executable, its standard library linked from the Python that runs the sandbox, and
site-packages that begin with pip alone. To every tool it is a system Python, like the one in CodeBuild's images.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import PackageNotFoundError, PackagePath, distribution
from pathlib import Path

from sandbox.codebuild.running.failure import PhaseFailed

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
# What belongs to the user's own installation: packages, and the mark that forbids installing any.
_NOT_LINKED = ("site-packages", "dist-packages", "EXTERNALLY-MANAGED", "__pycache__")
_PIP = '#!/bin/sh\nexec "{python}" -m pip "$@"\n'


def make(prefix: Path, *, pristine: Path) -> None:
    """Make the interpreter; `pristine` keeps, from build to build, the packages that it begins with."""
    _seed(pristine)
    library = prefix / "lib" / f"python{VERSION}"
    library.mkdir(parents=True)
    _link(Path(sysconfig.get_path("stdlib")), library)
    include = Path(sysconfig.get_path("include")).parent
    if include.is_dir():
        (prefix / "include").symlink_to(include)
    for shared in Path(sys.base_prefix, "lib").glob("libpython*"):
        (prefix / "lib" / shared.name).symlink_to(shared)
    shutil.copytree(pristine, library / "site-packages")
    executables = prefix / "bin"
    executables.mkdir()
    python = executables / f"python{VERSION}"
    shutil.copy2(Path(getattr(sys, "_base_executable", sys.executable)).resolve(), python)
    for name in ("python", "python3"):
        (executables / name).symlink_to(python.name)
    for name in ("pip", "pip3", f"pip{VERSION}"):
        (executables / name).write_text(_PIP.format(python=python))
        (executables / name).chmod(0o755)
    _check(python, prefix)


def _link(standard: Path, library: Path) -> None:
    for entry in os.scandir(standard):
        if entry.name not in _NOT_LINKED:
            (library / entry.name).symlink_to(entry.path)


def _seed(pristine: Path) -> None:
    """pip, as it is installed beside the sandbox: in the version that CodeBuild's images have, without its bytecode."""
    if pristine.is_dir():
        return
    partial = pristine.with_name(f"{pristine.name}.{os.getpid()}.{os.urandom(4).hex()}")
    for file in _installed("pip"):
        if ".." not in file.parts and file.suffix != ".pyc":
            target = partial / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.locate(), target)
    try:
        partial.rename(pristine)
    except OSError:  # another build was faster
        shutil.rmtree(partial)


def _installed(name: str) -> list[PackagePath]:
    try:
        files = distribution(name).files
    except PackageNotFoundError:
        files = None
    if not files:
        raise PhaseFailed(
            "INTERNAL_SERVICE_ERROR",
            f"{sys.prefix} has no {name}, which builds begin with: install it with `make setup`",
        )
    return files


def _check(python: Path, prefix: Path) -> None:
    """A Python that cannot be moved (macOS's framework builds) would write to where it came from."""
    command = [str(python), "-I", "-c", "import sys; print(sys.prefix == sys.base_prefix == sys.argv[1])", str(prefix)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={})  # noqa: S603 (our own copy)
    if done.stdout.strip() != "True":
        raise PhaseFailed(
            "INTERNAL_SERVICE_ERROR",
            f"The Python of this machine ({sys.base_prefix}) cannot be copied, so builds cannot have one of their own."
            f" Run the sandbox with a Python that uv installed (uv python install {VERSION}). {done.stderr.strip()[-300:]}",
        )
