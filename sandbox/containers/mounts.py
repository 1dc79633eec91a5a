"""A real /opt/ml for one process and all it starts: the job's folder, mounted there in a mount namespace of its own.

The machine's own /opt/ml is neither read nor written, whatever a script does; nobody else sees the mount. Where one is not root,
a user namespace gives the right to mount. Kernels and containers may forbid either: then `possible` says no, and paths are
rewritten instead.
"""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

OPT, ROOT = Path("/opt"), Path("/opt/ml")
_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000  # unshare(2)
_BIND, _RECURSIVE, _PRIVATE = 4096, 16384, 1 << 18  # mount(2)
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def possible() -> bool:
    """Tried by a child. For a process of one thread, before it does anything else."""
    if _libc is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        pid = os.fork()
        if pid == 0:
            code = 1
            with suppress(OSError):
                mount(Path(folder))
                (ROOT / "tried").write_text("")
                code = 0 if (Path(folder) / "tried").exists() else 1
            os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def mount(folder: Path) -> None:
    """From now on /opt/ml is the folder, for this process and its children. Raises OSError."""
    _leave()
    _mount(None, Path("/"), _RECURSIVE | _PRIVATE)
    if not ROOT.is_dir():
        _make_room()
    _mount(folder, ROOT, _BIND | _RECURSIVE)


def _leave() -> None:
    """A mount namespace of its own; in a user namespace of its own, with the same user, if it takes that."""
    user, group = os.geteuid(), os.getegid()
    try:
        _unshare(_NEW_MOUNTS)
    except PermissionError:
        _unshare(_NEW_USER | _NEW_MOUNTS)
        own = Path("/proc/self")
        (own / "setgroups").write_text("deny")
        (own / "uid_map").write_text(f"{user} {user} 1")
        (own / "gid_map").write_text(f"{group} {group} 1")


def _make_room() -> None:
    """An /opt in memory that has all of the real one, and a folder `ml`."""
    real = os.open(OPT, os.O_PATH | os.O_DIRECTORY)
    behind = Path(f"/proc/self/fd/{real}")
    _mount(Path("tmpfs"), OPT, 0, kind="tmpfs")
    for name in os.listdir(behind):  # noqa: PTH208  # the folder is known by its descriptor alone
        source, target = behind / name, OPT / name
        if source.is_symlink():
            target.symlink_to(source.readlink())
            continue
        if source.is_dir():
            target.mkdir()
        else:
            target.touch()
        _mount(source, target, _BIND | _RECURSIVE)
    ROOT.mkdir()
    os.close(real)


def _unshare(flags: int) -> None:
    if _libc is None or _libc.unshare(flags) != 0:
        raise OSError(ctypes.get_errno(), "no namespace of its own")


def _mount(source: Path | None, target: Path, flags: int, *, kind: str | None = None) -> None:
    words = [None if each is None else str(each).encode() for each in (source, target, kind)]
    if _libc is None or _libc.mount(*words, ctypes.c_ulong(flags), None) != 0:
        raise OSError(ctypes.get_errno(), f"{target} cannot be mounted")
