"""The app: from cdk.json to the templates. `cdk` runs it, and `python -m infra.app` does the same by itself."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk import App, Tags

from infra.git_host import GitHost
from infra.seed import REPOSITORIES, ROOT, SeedError, seed_files
from infra.settings import Settings, SettingsError, read_context
from infra.stacks import BuildStack, DeployStack, FoundationStack, StageAccountStack


def build_app(context: Mapping[str, Any], *, outdir: Path | None = None) -> App:
    """`cdk -c key=value` overrides a setting of the context that is given here."""
    app = App(context=dict(context), outdir=None if outdir is None else str(outdir))
    settings = Settings.from_context(app.node.get_all_context())
    foundation = FoundationStack(app, settings).foundation
    stages = [stage.name for stage in settings.stages]
    seeds = {}
    if GitHost.of(settings).is_codecommit:
        seeds = {name: seed_files(name, stages=stages) for name in REPOSITORIES}
    BuildStack(app, settings, foundation=foundation, seed=seeds.get("model-build"))
    deploy = DeployStack(app, settings, foundation=foundation, seed=seeds.get("model-deploy"))
    for stage in settings.foreign_stages:
        deploy.add_stack_dependency(StageAccountStack(app, settings, stage=stage, foundation=foundation))
    Tags.of(app).add("Project", settings.project)
    Tags.of(app).add("UseCase", settings.use_case)
    return app


def main() -> int:
    try:
        build_app(read_context(ROOT / "cdk.json")).synth()
    except (SettingsError, SeedError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
