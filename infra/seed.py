"""What each repository begins with: its root, the one build spec, and for model-deploy the two stage configurations.

`python -m infra.seed model-build FOLDER` writes a seed out, for a repository that lives on another Git host.
"""

from __future__ import annotations

import argparse
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.settings import Settings, SettingsError, read_context

ROOT = Path(__file__).resolve().parent.parent
BUILD_SPEC = "buildspec.yml"
REPOSITORIES = ("model-build", "model-deploy")
_LEFT_OUT = {"__pycache__", ".pytest_cache", ".hypothesis", ".ruff_cache", ".mypy_cache"}
_THE_EPOCH_OF_ZIP = (1980, 1, 1, 0, 0, 0)


class SeedError(ValueError):
    """A file of a seed is missing or empty."""


def seed_files(repository: str, *, stages: Sequence[str]) -> dict[str, Path]:
    """Path in the repository -> file here, sorted; every file is there and has something in it."""
    top = [BUILD_SPEC, *(f"{stage}-config.json" for stage in stages if repository == "model-deploy")]
    files = {name: ROOT / name for name in top} | dict(_tree(ROOT / repository))
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


def write_archive(repository: str, *, stages: Sequence[str], folder: Path) -> Path:
    """A zip file without times or owners in it: the same files are the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"seed-{repository}.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, path in seed_files(repository, stages=stages).items():
            packed.writestr(zipfile.ZipInfo(name, _THE_EPOCH_OF_ZIP), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return archive


def write_out(repository: str, folder: Path, *, stages: Sequence[str]) -> int:
    files = seed_files(repository, stages=stages)
    for name, path in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return len(files)


def _tree(root: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(root.rglob("*")):
        if path.is_file() and not _LEFT_OUT & set(path.parts):
            yield path.relative_to(root).as_posix(), path


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
    sys.exit(main())
