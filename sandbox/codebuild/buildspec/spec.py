"""What a build specification says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

PHASES = ("install", "pre_build", "build", "post_build")
OnFailure = Literal["ABORT", "CONTINUE", ""]  # "": as the phase transitions have it


@dataclass(frozen=True, kw_only=True)
class Phase:
    """phases/<name>."""

    commands: tuple[str, ...] = ()
    at_last: tuple[str, ...] = ()
    """`finally`: also when a command failed"""
    on_failure: OnFailure = ""


@dataclass(frozen=True, kw_only=True)
class Env:
    """env."""

    shell: Literal["sh", "bash"] = "sh"
    variables: Mapping[str, str] = field(default_factory=dict)
    parameter_store: Mapping[str, str] = field(default_factory=dict)
    secrets_manager: Mapping[str, str] = field(default_factory=dict)
    exported: tuple[str, ...] = ()
    git_credential_helper: bool = False


@dataclass(frozen=True, kw_only=True)
class Files:
    """What artifacts, secondary artifacts and reports have in common: which files."""

    patterns: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    base_directory: str = "."
    discard_paths: bool = False
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class BuildSpec:
    """The whole."""

    env: Env = field(default_factory=Env)
    phases: Mapping[str, Phase] = field(default_factory=dict)
    runtime_versions: Mapping[str, str] = field(default_factory=dict)
    artifacts: Files | None = None
    secondary_artifacts: Mapping[str, Files] = field(default_factory=dict)
    reports: Mapping[str, Files] = field(default_factory=dict)
    cache_paths: tuple[str, ...] = ()

    def phase(self, name: str) -> Phase:
        return self.phases.get(name, Phase())
