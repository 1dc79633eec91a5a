"""What each repository begins with: its root, the one build spec, and for model-deploy the two stage configurations.

`python -m infra.seed model-build FOLDER` writes a seed out, for a repository that lives on another Git host.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.archive import tree
from infra.closed_pipe import until_reader_leaves
from infra.settings import Settings, SettingsError, read_context

ROOT = Path(__file__).resolve().parent.parent
BUILD_SPEC = "buildspec.yml"
REPOSITORIES = ("model-build", "model-deploy")
# CloudFormation fills a repository by CreateCommit, which takes so many files; whether it would part them is written nowhere.
# https://docs.aws.amazon.com/codecommit/latest/userguide/limits.html (awslabs/aws-deployment-framework#534)
_MOST_FILES = 100


class SeedError(ValueError):
    """A file of a seed is missing or empty, or there are too many of them."""


def seed_files(repository: str, *, stages: Sequence[str]) -> dict[str, Path]:
    """Path in the repository -> file here, sorted; every file is there and has something in it."""
    top = [BUILD_SPEC, *(f"{stage}-config.json" for stage in stages if repository == "model-deploy")]
    files = {name: ROOT / name for name in top} | tree(ROOT / repository)
    missing = [name for name, path in files.items() if not path.is_file()]
    if missing:
        raise SeedError(
            f"{repository}: {', '.join(missing)} is missing at the top level: write it, or name the stage in cdk.json as before."
        )
    empty = [name for name, path in files.items() if not path.stat().st_size]
    if empty:
        raise SeedError(
            f"{repository}: {', '.join(empty)} is empty, which CodeCommit does not seed (aws/aws-cdk#19012): write a line into it."
        )
    return dict(sorted(files.items()))


def first_commit(repository: str, *, stages: Sequence[str]) -> dict[str, Path]:
    """The seed, where CodeCommit takes all of it in one commit; a Git host that is pushed to takes any number."""
    files = seed_files(repository, stages=stages)
    if len(files) > _MOST_FILES:
        raise SeedError(
            f"{repository}: has {len(files)} files, and a CodeCommit repository begins with at most {_MOST_FILES}: "
            "join some of them, or add them by a push once the repository is there."
        )
    return files


def write_out(repository: str, folder: Path, *, stages: Sequence[str]) -> int:
    files = seed_files(repository, stages=stages)
    for name, path in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return len(files)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.seed", description=__doc__)
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
