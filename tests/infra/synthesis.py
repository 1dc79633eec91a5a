"""The app synthesised in each of its configurations: once for a state of the files, however many workers and tests ask."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra import ROOT
from infra.app import build_app
from infra.settings import Settings, read_context

Template = dict[str, Any]
CONTEXT = read_context(ROOT / "cdk.json")
HOME, STAGING, PRODUCTION = "111111111111", "222222222222", "333333333333"
# Configuration -> what it changes of cdk.json.
CONFIGURATIONS: Mapping[str, Mapping[str, Any]] = {
    "default": {},
    "github": {
        "gitHost": {
            "provider": "github",
            "connectionArn": f"arn:aws:codeconnections:eu-west-1:{HOME}:connection/01234567-89ab-cdef-0123-456789abcdef",
            "modelBuildRepository": "golden/model-build",
            "modelDeployRepository": "golden/model-deploy",
        },
        "retraining": CONTEXT["retraining"] | {"whileRunning": "queue"},
        "approval": {"model": "gates", "production": "none"},
    },
    "vpc": {
        "vpc": {
            "subnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
            "securityGroupIds": ["sg-0123456789abcdef0"],
        },
        "retraining": CONTEXT["retraining"] | {"whileRunning": "skip"},
        "data": CONTEXT["data"] | {"trainOn": "arrived"},
    },
    "cross-account": {
        "account": HOME,
        "region": "eu-west-1",
        "noticesEmail": "notices@example.com",
        "staging": CONTEXT["staging"] | {"account": STAGING},
        "production": CONTEXT["production"]
        | {
            "account": PRODUCTION,
            "subnetIds": ["subnet-0123456789abcdef9"],
            "securityGroupIds": ["sg-0123456789abcdef9"],
        },
    },
}
_SOURCES = (
    "infra",
    "model-build",
    "model-deploy",
    "cdk.json",
    "buildspec.yml",
    "staging-config.json",
    "prod-config.json",
)
_KEPT = 3  # states of the files whose templates are kept


def settings(configuration: str) -> Settings:
    return Settings.from_context({**CONTEXT, **CONFIGURATIONS[configuration]})


def synthesised(configuration: str) -> dict[str, Template]:
    """Stack -> template, a fresh copy that may be changed."""
    templates = sorted(folder(configuration).glob("*.template.json"))
    return {path.name.removesuffix(".template.json"): json.loads(path.read_text()) for path in templates}


def folder(configuration: str) -> Path:
    """The cdk.out of a configuration."""
    return _all() / configuration


def archives(configuration: str) -> dict[str, Path]:
    """Name -> the archive that is uploaded: the functions, and the seeds of the repositories."""
    out = folder(configuration)
    manifests = [json.loads(path.read_text())["files"] for path in sorted(out.glob("*.assets.json"))]
    assets = [asset for manifest in manifests for asset in manifest.values()]
    zipped = [asset for asset in assets if asset["source"]["path"].endswith(".zip")]
    return {f"{asset['displayName']}.zip": out / asset["source"]["path"] for asset in zipped}


def places(configuration: str) -> dict[str, str]:
    """Stack -> region:account, for the stacks that state theirs."""
    manifest = json.loads((folder(configuration) / "manifest.json").read_text())
    stated = {
        stack: one["environment"].removeprefix("aws://").split("/")
        for stack, one in manifest["artifacts"].items()
        if one["type"] == "aws:cloudformation:stack"
    }
    return {stack: f"{region}:{account}" for stack, (account, region) in stated.items() if account.isdigit()}


@functools.cache
def _all() -> Path:
    home = ROOT / ".sandbox" / "synth"
    home.mkdir(parents=True, exist_ok=True)
    with _alone(home):
        done = home / _IMPORTED
        if not done.is_dir():
            shutil.rmtree(made := home / "making", ignore_errors=True)
            for name, changes in CONFIGURATIONS.items():
                build_app({**CONTEXT, **changes}, outdir=made / name).synth()
            made.rename(done)
            _forget_old(home)
        return done


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _state() -> str:
    """A digest of every file that the templates depend on; the libraries are pinned in the last of them."""
    digest = hashlib.sha256()
    roots = [ROOT / name for name in (*_SOURCES, "pyproject.toml", "tests/infra/synthesis.py")]
    for path in sorted(file for root in roots for file in ([root] if root.is_file() else root.rglob("*"))):
        if path.is_file() and path.suffix != ".pyc" and ".hypothesis" not in path.parts:
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _forget_old(home: Path) -> None:
    states = sorted((path for path in home.iterdir() if path.is_dir()), key=os.path.getmtime)
    for old in states[:-_KEPT]:
        shutil.rmtree(old)


# Of the moment at which the app's modules were read: whoever edits them later is not answered with what they were.
_IMPORTED = _state()
