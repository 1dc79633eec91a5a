"""What a function's process finds in its environment: the function's own variables and Lambda's, none of the sandbox's.

ministack starts the process with all that the sandbox itself was started with (PYTHONPATH, HOME, tokens of the shell).
https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html ("Defined runtime environment variables")
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_KEPT = ("PATH",)  # where this machine's Python and Node are
_OF_LAMBDA = {"LANG": "en_US.UTF-8", "TZ": ":UTC"}


def start_functions_apart(folder: Path) -> None:
    """`folder` is where functions are unpacked."""
    from ministack.core import lambda_runtime  # noqa: PLC0415 (only after `configure`)
    from ministack.services import lambda_svc  # noqa: PLC0415

    apart = _Subprocess(folder)
    lambda_runtime.subprocess = lambda_svc.subprocess = apart


class _Subprocess:
    """The module `subprocess`, with another environment for what is started with one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getattr__(self, name: str) -> Any:
        return getattr(subprocess, name)

    def Popen(self, *arguments: Any, **given: Any) -> subprocess.Popen[Any]:
        return subprocess.Popen(*arguments, **self._apart(given))  # noqa: S603 (ministack's own call)

    def run(self, *arguments: Any, **given: Any) -> subprocess.CompletedProcess[Any]:
        return subprocess.run(*arguments, **self._apart(given))  # noqa: PLW1510, S603 (ministack's own call)

    def _apart(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {**given, "env": _environment(given["env"], self._folder)} if given.get("env") else dict(given)


def _environment(given: Mapping[str, str], folder: Path) -> dict[str, str]:
    """A function's own variable that is the sandbox's by chance comes back: the worker is told of its variables once more."""
    own = {name: value for name, value in given.items() if os.environ.get(name) != value}
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {
        **_OF_LAMBDA,
        **kept,
        "HOME": str(folder),
        "GIT_CEILING_DIRECTORIES": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        **own,
    }
