"""The container's own Python: a virtual environment over the sandbox's, so that what a job installs stays in the job.

It begins with the packages that the sandbox has, as an image begins with its own; pip, by whatever name, installs beside them.
"""

from __future__ import annotations

import shutil
import sys
import sysconfig
from pathlib import Path

_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
_PIP = '#!/bin/sh\nexec "$(dirname "$0")/python3" -m pip "$@"\n'  # a first line that names a file takes no spaces in it


def make_interpreter(folder: Path) -> Path:
    """A fresh one in the folder; returns the program."""
    shutil.rmtree(folder, ignore_errors=True)
    site = site_packages(folder)
    site.mkdir(parents=True)
    (folder / "bin").mkdir()
    base = Path(sys.executable).resolve()
    (folder / "pyvenv.cfg").write_text(
        f"home = {base.parent}\ninclude-system-site-packages = false\n", encoding="utf-8"
    )
    for name in ("python3", "python", f"python{_VERSION}"):
        (folder / "bin" / name).symlink_to(base)
    for name in ("pip3", "pip"):
        program = folder / "bin" / name
        program.write_text(_PIP, encoding="utf-8")
        program.chmod(0o755)
    paths = sysconfig.get_paths()
    layers = dict.fromkeys([paths["purelib"], paths["platlib"]])
    (site / "_image.pth").write_text("".join(f"{each}\n" for each in layers), encoding="utf-8")
    return folder / "bin" / "python3"


def site_packages(folder: Path) -> Path:
    """Where pip installs."""
    return folder / "lib" / f"python{_VERSION}" / "site-packages"
