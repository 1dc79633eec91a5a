"""Edge: the SageMaker pipeline definition of model-build as it is on this machine, by that repository's own command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

_PATIENCE = 120  # seconds; the SageMaker SDK alone takes some to import
_KEPT = (
    "PATH",
    "HOME",
    "TMPDIR",
    "SYSTEMROOT",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
)  # neither credentials nor PYTHONPATH


class NoDefinition(ValueError):
    """model-build printed no definition; the message is its last line."""


def read_definition(root: Path) -> dict[str, Any]:
    """The roots import nothing of one another, so this is a process of its own, with placeholders for what a build would set."""
    command = [sys.executable, "-m", "pipelines.get_pipeline_definition", "--without-aws"]
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 (a command of this repository)
            command,
            cwd=root / "model-build",
            env=kept,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        definition = json.loads(done.stdout) if done.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise NoDefinition(f"model-build tells no pipeline definition: {error}") from error
    if not isinstance(definition, dict):
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise NoDefinition(f"model-build tells no pipeline definition: {said[-1]}")
    return definition
