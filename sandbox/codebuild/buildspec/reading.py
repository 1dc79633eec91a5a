"""From YAML to a build specification; names what is wrong, what is unknown, and what the sandbox does not carry out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

from sandbox.codebuild.buildspec.nodes import BuildSpecError, Value, parse
from sandbox.codebuild.buildspec.outputs import artifacts, reports
from sandbox.codebuild.buildspec.spec import PHASES, BuildSpec, Env, OnFailure, Phase

_ENV = (
    "shell",
    "variables",
    "parameter-store",
    "secrets-manager",
    "exported-variables",
    "git-credential-helper",
)


def read(text: str) -> BuildSpec:
    """Raises BuildSpecError, or NotInTheSandbox (Value.absent) for what AWS has and the sandbox has not."""
    root = parse(text).mapping(
        ("version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache")
    )
    _version(root.get("version"))
    for absent in ("run-as", "proxy", "batch"):
        if absent in root:
            raise root[absent].absent(absent)
    if "phases" not in root:
        raise BuildSpecError("phases: it has none, and a build needs one at least")
    phases = root["phases"].mapping(PHASES)
    found, secondary = artifacts(root.get("artifacts"))
    cache = root["cache"].mapping(("paths", "key", "fallback-keys", "action")) if "cache" in root else {}
    for absent in ("key", "fallback-keys", "action"):
        if absent in cache:
            raise cache[absent].absent(f"cache/{absent}")
    return BuildSpec(
        env=_env(root.get("env")),
        phases={name: _phase(value, name) for name, value in phases.items()},
        runtime_versions=_runtimes(phases.get("install")),
        artifacts=found,
        secondary_artifacts=secondary,
        reports=reports(root.get("reports")),
        cache_paths=cache["paths"].texts() if "paths" in cache else (),
    )


def _version(value: Value | None) -> None:
    if value is None:
        raise BuildSpecError("version: it must be given; 0.2 is the one to use")
    if value.text() == "0.1":
        raise value.absent("version 0.1")
    if value.text() != "0.2":
        raise value.error(f"{value.text()!r} is not a version of buildspecs; 0.2 is")


def _env(value: Value | None) -> Env:
    members = value.mapping(_ENV) if value else {}
    shell = members["shell"].text() if "shell" in members else "sh"
    if shell not in ("sh", "bash"):
        raise members["shell"].absent(f"env/shell {shell}")
    return Env(
        shell=cast('Literal["sh", "bash"]', shell),
        variables=_texts(members.get("variables")),
        parameter_store=_texts(members.get("parameter-store")),
        secrets_manager=_texts(members.get("secrets-manager")),
        exported=members["exported-variables"].texts() if "exported-variables" in members else (),
        git_credential_helper=members["git-credential-helper"].flag() if "git-credential-helper" in members else False,
    )


def _texts(value: Value | None) -> Mapping[str, str]:
    return {name: member.text() for name, member in value.mapping().items()} if value else {}


def _phase(value: Value, name: str) -> Phase:
    known = ("run-as", "on-failure", "commands", "finally", *(("runtime-versions",) if name == "install" else ()))
    members = value.mapping(known)
    if "run-as" in members:
        raise members["run-as"].absent("run-as")
    on_failure = members["on-failure"].text() if "on-failure" in members else ""
    if on_failure.startswith("RETRY"):
        raise members["on-failure"].absent("on-failure RETRY")
    if on_failure not in ("ABORT", "CONTINUE", ""):
        raise members["on-failure"].error(f"{on_failure!r} is not one of ABORT, CONTINUE, RETRY")
    return Phase(
        commands=_commands(members.get("commands")),
        at_last=_commands(members.get("finally")),
        on_failure=cast("OnFailure", on_failure),
    )


def _commands(value: Value | None) -> tuple[str, ...]:
    """A list; one text alone is a command, too."""
    if value is None:
        return ()
    return tuple(filter(str.strip, value.texts())) if value.is_list else tuple(filter(str.strip, [value.text()]))


def _runtimes(install: Value | None) -> Mapping[str, str]:
    found = install.mapping().get("runtime-versions") if install else None
    return _texts(found)
