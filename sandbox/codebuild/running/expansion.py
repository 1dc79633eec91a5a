"""What a build leaves, once its commands have ended: the paths and names of its specification, by the variables that they left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sandbox.codebuild.buildspec.expansion import expanded
from sandbox.codebuild.buildspec.spec import BuildSpec, Files
from sandbox.codebuild.running.exported import environment
from sandbox.codebuild.running.preparing import Workplace


def as_the_build_ended(work: Workplace) -> BuildSpec:
    """What the build leaves, by the environment that its commands left. Raises Interrupted."""
    spec = work.spec
    every = [*filter(None, [spec.artifacts]), *spec.secondary_artifacts.values(), *spec.reports.values()]
    if not any("$" in text or "`" in text for files in every for text in _texts(files)):
        return spec
    variables = environment(work)
    return replace(
        spec,
        artifacts=_expanded(work, spec.artifacts, variables) if spec.artifacts else None,
        secondary_artifacts={
            name: _expanded(work, files, variables) for name, files in spec.secondary_artifacts.items()
        },
        reports={name: _expanded(work, files, variables) for name, files in spec.reports.items()},
    )


def _texts(files: Files) -> Iterable[str]:
    return (*files.patterns, *files.exclude, files.base_directory, files.name)


def _expanded(work: Workplace, files: Files, variables: Mapping[str, str]) -> Files:
    return replace(
        files,
        patterns=tuple(expanded(each, variables) for each in files.patterns),
        exclude=tuple(expanded(each, variables) for each in files.exclude),
        base_directory=expanded(files.base_directory, variables),
        name=_named(work, files.name),
    )


def _named(work: Workplace, name: str) -> str:
    """By the build's own shell."""
    if "$" not in name and "`" not in name:
        return name
    target = work.site.root / "artifact-name"
    work.shell.run(f'cat > "{target}" <<END_OF_THE_NAME\n{name}\nEND_OF_THE_NAME')
    return target.read_text(errors="replace").strip() if target.is_file() else ""
