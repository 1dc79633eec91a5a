"""What a container finds in its environment: the image's variables, the platform's, the request's; never the sandbox's."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from sandbox.containers.filesystem import Volume

# What the images set (ENV in their Dockerfiles), and what makes two jobs on one small machine bearable.
# One OpenMP thread: idle threads that spin slow a busy machine down more than they help on small data.
_IMAGE = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PYTHONUNBUFFERED": "1",
    "PYTHONIOENCODING": "utf-8",
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",
    "MPLBACKEND": "Agg",
}
# What a new interpreter reads before its first line. A forked job cannot have these otherwise than its zygote has them.
AT_START = ("OMP_NUM_THREADS", "OMP_WAIT_POLICY", "PYTHONUNBUFFERED", "PYTHONIOENCODING", "LC_ALL", "MPLBACKEND")


def _interpreter() -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"])
    # matplotlib's font list takes a second to build: it is kept where matplotlib itself would keep it; not in the user's
    # MPLCONFIGDIR, where settings of theirs may lie
    fonts = str(Path.home() / ".cache" / "matplotlib")
    return {**_IMAGE, "PATH": path, "MPLCONFIGDIR": fonts}


INTERPRETER: Mapping[str, str] = _interpreter()


def container_environment(volume: Volume, *given: Mapping[str, str]) -> dict[str, str]:
    """The image's variables, then the given ones, later maps winning, with `/opt/ml` rewritten in the values."""
    environment = {
        **INTERPRETER,
        "PATH": os.pathsep.join([str(volume.python.parent), INTERPRETER["PATH"]]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(volume.folder / "root"),
        "TMPDIR": str(volume.folder / "tmp"),
        "GIT_CEILING_DIRECTORIES": str(volume.folder),  # a repository of the machine's, above here, is not the job's
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    for variables in given:
        environment.update({name: volume.rewrite(value) for name, value in variables.items()})
    return environment
