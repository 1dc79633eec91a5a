"""From YAML to a build specification; names what is wrong, what is unknown, and what the sandbox does not carry out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

import yaml

from sandbox.codebuild.buildspec.nodes import BuildSpecError, Value, parse
from sandbox.codebuild.buildspec.spec import PHASES, BuildSpec, Env, Files, OnFailure, Phase
from sandbox.errors import NotInTheSandbox

_ENV = (
    "shell",
    "variables",
    "parameter-store",
    "secrets-manager",
    "exported-variables",
    "git-credential-helper",
)
_FILES = ("files", "name", "discard-paths", "base-directory", "exclude-paths", "enable-symlinks", "s3-prefix")
_REPORTS_A_BUILD = 5


def read(text: str) -> BuildSpec:
    """Raises BuildSpecError, or NotInTheSandbox for what AWS has and the sandbox has not."""
    root = parse(text).mapping(
        ("version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache")
    )
    _version(root.get("version"))
    for absent in ("run-as", "proxy", "batch"):
        if absent in root:
            raise _absent(root[absent], absent)
    if "phases" not in root:
        raise BuildSpecError("phases: it has none, and a build needs one at least")
    phases = root["phases"].mapping(PHASES)
    artifacts, secondary = _artifacts(root.get("artifacts"))
    cache = root["cache"].mapping(("paths", "key", "fallback-keys", "action")) if "cache" in root else {}
    for absent in ("key", "fallback-keys", "action"):
        if absent in cache:
            raise _absent(cache[absent], f"cache/{absent}")
    return BuildSpec(
        env=_env(root.get("env")),
        phases={name: _phase(value, name) for name, value in phases.items()},
        runtime_versions=_runtimes(phases.get("install")),
        artifacts=artifacts,
        secondary_artifacts=secondary,
        reports=_reports(root.get("reports")),
        cache_paths=cache["paths"].texts() if "paths" in cache else (),
    )


def _version(value: Value | None) -> None:
    if value is None:
        raise BuildSpecError("version: it must be given; 0.2 is the one to use")
    if value.text() == "0.1":
        raise _absent(value, "version 0.1")
    if value.text() != "0.2":
        raise value.error(f"{value.text()!r} is not a version of buildspecs; 0.2 is")


def _env(value: Value | None) -> Env:
    members = value.mapping(_ENV) if value else {}
    shell = members["shell"].text() if "shell" in members else "sh"
    if shell not in ("sh", "bash"):
        raise _absent(members["shell"], f"env/shell {shell}")
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
        raise _absent(members["run-as"], "run-as")
    on_failure = members["on-failure"].text() if "on-failure" in members else ""
    if on_failure.startswith("RETRY"):
        raise _absent(members["on-failure"], "on-failure RETRY")
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
    return tuple(filter(str.strip, value.texts())) if _is_list(value) else tuple(filter(str.strip, [value.text()]))


def _is_list(value: Value) -> bool:
    return isinstance(value.node, yaml.SequenceNode)


def _runtimes(install: Value | None) -> Mapping[str, str]:
    found = install.mapping().get("runtime-versions") if install else None
    return _texts(found)


def _artifacts(value: Value | None) -> tuple[Files | None, Mapping[str, Files]]:
    if value is None:
        return None, {}
    members = value.mapping((*_FILES, "secondary-artifacts"))
    named = members.pop("secondary-artifacts").mapping() if "secondary-artifacts" in members else {}
    secondary = {name: _files(each, each.mapping(_FILES)) for name, each in named.items()}
    if "files" not in members and not secondary:
        raise value.error("files must be given")
    return (_files(value, members) if "files" in members else None), secondary


def _files(value: Value, members: Mapping[str, Value]) -> Files:
    for absent in ("enable-symlinks", "s3-prefix"):
        if absent in members:
            raise _absent(members[absent], f"artifacts/{absent}")
    if "files" not in members:
        raise value.error("files must be given")
    name = members["name"].text() if "name" in members else ""
    if "$" in name or "`" in name:
        raise _absent(members["name"], "an artifact's name that the shell expands")
    return Files(
        patterns=members["files"].texts() if _is_list(members["files"]) else (members["files"].text(),),
        exclude=members["exclude-paths"].texts() if "exclude-paths" in members else (),
        base_directory=members["base-directory"].text() if "base-directory" in members else ".",
        discard_paths=members["discard-paths"].flag() if "discard-paths" in members else False,
        name=name,
    )


def _reports(value: Value | None) -> Mapping[str, Files]:
    groups = value.mapping() if value else {}
    if value and len(groups) > _REPORTS_A_BUILD:
        raise value.error(f"at most {_REPORTS_A_BUILD} report groups are allowed")
    read_groups = {}
    for name, group in groups.items():
        members = group.mapping(("files", "base-directory", "discard-paths", "file-format"))
        given = members.pop("file-format", None)
        if given is not None and given.text().upper() != "JUNITXML":
            raise _absent(given, f"the report format {given.text()}")
        read_groups[name] = _files(group, members)
    return read_groups


def _absent(value: Value, what: str) -> NotInTheSandbox:
    return NotInTheSandbox(f"buildspec line {value.line}: {what}")
