"""The build's own Python: an interpreter with the packages of CodeBuild's images and no others, made anew for each build.

It is no virtual environment, since `uv pip install --system` passes those over and would find the user's own Python behind it.
It is a prefix of its own: a copy of the executable, its standard library linked from the Python that runs the sandbox, and
site-packages that begin with pip. To every tool it is a system Python, like the one in CodeBuild's images. What else those carry
lies behind its site-packages, in a folder that the builds of a slot share as long as none of them changes it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from functools import cache
from importlib.metadata import PackageNotFoundError, PackagePath, distribution
from pathlib import Path

from sandbox.codebuild.running.failure import PhaseFailed
from sandbox.work_folder import remove_tree

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
# What belongs to the user's own installation: packages, and the mark that forbids installing any.
_NOT_LINKED = ("site-packages", "dist-packages", "EXTERNALLY-MANAGED", "__pycache__")
# https://github.com/aws/aws-codebuild-docker-images (al2023/x86_64/standard/5.0/Dockerfile, "pip3 install"). Not here are pipenv
# and aws-sam-cli, which are there too, and neither is the AWS CLI, which is a program of its own (`machine`).
PACKAGES = ("boto3", "pyyaml", "setuptools", "wheel", "virtualenv")
# Debian's own Python looks for packages elsewhere than the one that python.org has: https://wiki.debian.org/Python
_PACKAGES = "dist-packages" if "posix_local" in sysconfig.get_scheme_names() else "site-packages"
_NAME = re.compile(r"[\w.-]+")
_MODULE = '#!/bin/sh\nexec "{python}" -m {module} "$@"\n'
_COMMANDS = {"pip": "pip", "pip3": "pip", f"pip{VERSION}": "pip", "virtualenv": "virtualenv", "wheel": "wheel"}


def make(prefix: Path, *, kept: Path, carried: Path) -> None:
    """Make the interpreter; `kept` is where the packages are that every build begins with, `carried` what this slot has of them."""
    pip = _seed(kept, ["pip"])
    _carry(carried, of=_seed(kept, _with_what_they_need()))
    library = library_of(prefix)
    library.mkdir(parents=True)
    _link(Path(sysconfig.get_path("stdlib")), library)
    include = Path(sysconfig.get_path("include")).parent
    if include.is_dir():
        (prefix / "include").symlink_to(include)
    for shared in Path(sys.base_prefix, "lib").glob("libpython*"):
        (prefix / "lib" / shared.name).symlink_to(shared)
    packages = library / _PACKAGES
    shutil.copytree(pip, packages, copy_function=_linked)
    (packages / "carried.pth").write_text(f"import site; site.addsitedir({str(carried)!r})\n")
    executables = prefix / "bin"
    executables.mkdir()
    python = executables / f"python{VERSION}"
    shutil.copy2(Path(getattr(sys, "_base_executable", sys.executable)).resolve(), python)
    if _PACKAGES == "dist-packages":
        (prefix / "local").symlink_to(".")  # where Debian's Python installs packages and their commands
    for name in ("python", "python3"):
        (executables / name).symlink_to(python.name)
    for name, module in _COMMANDS.items():
        (executables / name).write_text(_MODULE.format(python=python, module=module))
        (executables / name).chmod(0o755)
    _check(python, prefix)


def library_of(prefix: Path) -> Path:
    return prefix / "lib" / f"python{VERSION}"


def _link(standard: Path, library: Path) -> None:
    for entry in os.scandir(standard):
        if entry.name not in _NOT_LINKED:
            (library / entry.name).symlink_to(entry.path)


def _carry(folder: Path, *, of: Path) -> None:
    """Thousands of links: made anew only when a file came or went there, as when pip is told to install another version.

    What is linked to stays as it is, since pip and uv remove a file before they write it anew.
    """
    mark = folder.with_name(f"{folder.name}.made")
    made = mark.stat().st_mtime_ns if mark.exists() and mark.read_text() == of.name else -1
    if folder.is_dir() and all(Path(each).stat().st_mtime_ns <= made for each, _, _ in os.walk(folder)):
        return
    remove_tree(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(of, folder, copy_function=_linked)
    for each, _, _ in os.walk(folder):
        os.utime(each)  # now, not when the packages were installed
    mark.write_text(of.name)


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copy2(source, target)


def _seed(kept: Path, names: list[str]) -> Path:
    """The packages as they are installed beside the sandbox, without their bytecode; pip in the version of CodeBuild's images.

    Other versions beside the sandbox are other versions in its builds.
    """
    text = ",".join(f"{name}=={distribution(name).version}" for name in names if _installed(name))
    pristine = kept / f"python{VERSION}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    if pristine.is_dir():
        return pristine
    partial = pristine.with_name(f"{pristine.name}.{os.getpid()}.{os.urandom(4).hex()}")
    for file in (each for name in names for each in _installed(name)):
        if ".." not in file.parts and file.suffix != ".pyc":
            target = partial / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file.locate(), target)
    try:
        partial.rename(pristine)
    except OSError:  # another build was faster
        shutil.rmtree(partial)
    return pristine


@cache
def _with_what_they_need() -> list[str]:
    """Of those requirements the ones that this environment has: others are for another system, or for an extra."""
    found: list[str] = []
    waiting = [*PACKAGES]
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        try:
            needed = distribution(name).requires or []
        except PackageNotFoundError:
            if name not in PACKAGES:
                continue
            needed = []  # `_installed` says what to do
        found.append(name)
        waiting += [match[0] for each in needed if "extra ==" not in each and (match := _NAME.match(each))]
    return found


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
    command = [
        str(python),
        "-I",
        "-S",
        "-c",
        "import sys; print(sys.prefix == sys.base_prefix == sys.argv[1])",
        str(prefix),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={})  # noqa: S603 (our own copy)
    if done.stdout.strip() != "True":
        raise PhaseFailed(
            "INTERNAL_SERVICE_ERROR",
            f"The Python of this machine ({sys.base_prefix}) cannot be copied, so builds cannot have one of their own."
            f" Run the sandbox with a Python that uv installed (uv python install {VERSION}). {done.stderr.strip()[-300:]}",
        )
