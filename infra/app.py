"""The app: from cdk.json to the templates. `cdk` runs it, and `python -m infra.app` does the same by itself."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk import App

from infra import ROOT
from infra.parts.archive import write_archive
from infra.parts.function import function_files
from infra.parts.seed import REPOSITORIES, SeedError, first_commit
from infra.settings import Settings, SettingsError, read_context
from infra.stacks import BuildStack, DeployStack, FoundationStack, StageAccountStack

# Of each element the CDK would keep where it was made, which in a Python app are lines of its own kernel alone.
_WITHOUT_TRACES = {"aws:cdk:disable-creation-stack-traces": True}


def build_app(context: Mapping[str, Any], *, outdir: Path | None = None) -> App:
    """`cdk -c key=value` overrides a setting of the context that is given here."""
    app = App(context={**_WITHOUT_TRACES, **context}, outdir=None if outdir is None else str(outdir))
    settings = Settings.from_context(app.node.get_all_context())
    with tempfile.TemporaryDirectory() as folder:  # the assembly holds copies of what is an asset
        archives = write_archives(settings, Path(folder))
        functions = archives["functions"]
        foundation = FoundationStack(app, settings, functions=functions)
        build, deploy = archives.get("model-build"), archives.get("model-deploy")
        BuildStack(app, settings, foundation=foundation, functions=functions, seed=build)
        last = DeployStack(app, settings, foundation=foundation, functions=functions, seed=deploy)
        for stage in settings.foreign_stages:
            last.add_stack_dependency(StageAccountStack(app, settings, stage=stage, foundation=foundation))
    return app


def write_archives(settings: Settings, folder: Path) -> dict[str, Path]:
    """What is uploaded with the templates: the functions, and the seeds where the stacks create the repositories."""
    archives = {"functions": write_archive(function_files(), folder / "functions.zip")}
    if settings.git_host.is_codecommit:
        stages = [stage.name for stage in settings.stages]
        for name in REPOSITORIES:
            archive = folder / f"seed-{settings.project}-{name}.zip"
            archives[name] = write_archive(first_commit(name, stages=stages), archive)
    return archives


def main() -> int:
    try:
        build_app(read_context(ROOT / "cdk.json")).synth()
    except (SettingsError, SeedError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
