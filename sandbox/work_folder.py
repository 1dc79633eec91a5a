"""Where the processes of a sandbox run: builds, jobs, model servers and functions, each in a folder of its own.

It does not lie below the home. Git, pytest, npm, ruff and many others look for their repository or their settings in every folder
above the one that they run in, and the home lies in somebody's checkout by default (docs/decisions/0008). What is here is worth
nothing without the process that holds the home: it makes the folder when it comes up, and removes it when it goes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

_OWNER = "home"  # a link: whose folder it is, for people, and for who cleans up after a home that is gone
# On a disk, and not emptied by a restart, where the machine has it (Filesystem Hierarchy Standard, 5.15); /tmp is often memory.
_BASES = ("/var/tmp", "/tmp")  # noqa: S108 (below them everything lies in a folder that nobody else may enter)


class WorkFolderRefused(Exception):
    """A sentence for the user."""


def of(home: Path) -> Path:
    """The same for the same home, so that what was compiled there once stays good. No name of it: a space would break scripts."""
    return _users() / hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:16]


def make(home: Path) -> None:
    """A fresh one, by the process that holds the home. Raises WorkFolderRefused."""
    users, folder = _users(), of(home)
    users.mkdir(mode=0o700, exist_ok=True)
    found = users.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise WorkFolderRefused(
            f"{users} belongs to somebody else, so nothing can run there: name another folder in TMPDIR."
        )
    users.chmod(0o700)
    _sweep(users)
    remove_tree(folder)
    folder.mkdir(mode=0o700)
    (folder / _OWNER).symlink_to(home.resolve())


def remove(home: Path) -> None:
    """With all that ran there."""
    remove_tree(of(home))


def remove_tree(folder: Path) -> None:
    """A process may have taken the permission to remove away from its folders."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        for each in (folder, *folder.rglob("*")):
            if each.is_dir() and not each.is_symlink():
                each.chmod(0o700)
        shutil.rmtree(folder)


def _users() -> Path:
    named = os.environ.get("TMPDIR")
    candidates = [Path(named)] if named else [Path(base) for base in _BASES]
    base = next((each for each in candidates if _will_do(each)), Path(tempfile.gettempdir()))
    return base.resolve() / f"sandbox-{os.getuid()}"


def _will_do(base: Path) -> bool:
    """A build's Python is started from here, which some machines forbid in their temporary folders."""
    return (
        base.is_dir()
        and os.access(base, os.W_OK | os.X_OK)
        and not os.statvfs(base).f_flag & getattr(os, "ST_NOEXEC", 0)
    )


def _sweep(users: Path) -> None:
    """What a kill left of a home that was then removed by hand."""
    for each in users.iterdir():
        owner = each / _OWNER
        if owner.is_symlink() and not owner.exists():
            remove_tree(each)
