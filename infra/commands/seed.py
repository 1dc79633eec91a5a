"""`python -m infra.commands.seed model-build FOLDER`: writes a seed out, for a repository that lives on another Git host."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from infra import ROOT
from infra.commands.closed_pipe import until_reader_leaves
from infra.parts.seed import REPOSITORIES, SeedError, seed_files
from infra.settings import Settings, SettingsError, read_context


def write_out(repository: str, folder: Path, *, stages: Sequence[str]) -> int:
    files = seed_files(repository, stages=stages)
    for name, path in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return len(files)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.commands.seed", description=__doc__)
    parser.add_argument("repository", choices=REPOSITORIES)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args(argv)
    try:
        settings = Settings.from_context(read_context(ROOT / "cdk.json"))
        stages = [stage.name for stage in settings.stages]
        written = write_out(arguments.repository, arguments.folder, stages=stages)
    except (SeedError, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"Wrote {written} files of {arguments.repository} to {arguments.folder}: commit and push them.\n")
    return 0


if __name__ == "__main__":
    sys.exit(until_reader_leaves(main))
