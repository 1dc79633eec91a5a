"""What each repository begins with: its root, the one build spec, and for model-deploy the two stage configurations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from infra import ROOT
from infra.parts.archive import tree

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
