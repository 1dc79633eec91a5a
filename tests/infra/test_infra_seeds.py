"""What each repository begins with: complete, nothing empty, and able to pass its own tests when it is all there is."""

from __future__ import annotations

import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import ROOT
from infra.commands.seed import main
from infra.parts import seed
from infra.parts.archive import write_archive
from infra.parts.seed import REPOSITORIES, SeedError, first_commit, seed_files
from tests.infra.synthesis import CONFIGURATIONS, archives, folder

STAGES = ("staging", "prod")
TOP = {
    "model-build": {
        "README.md",
        "buildspec.yml",
        "pipelines",
        "requirements-installer.txt",
        "requirements-test.txt",
        "requirements.txt",
        "sbom.cdx.json",
        "tests",
    },
    "model-deploy": {
        "README.md",
        "buildspec.yml",
        "endpoint.yaml",
        "prod-config.json",
        "promoter",
        "promoter_fakes",
        "requirements-installer.txt",
        "requirements-test.txt",
        "requirements.txt",
        "sbom.cdx.json",
        "staging-config.json",
        "tests",
    },
}


@pytest.mark.parametrize("repository", REPOSITORIES)
def test_a_seed_holds_its_root_and_what_seeding_adds_and_nothing_else(repository: str) -> None:
    files = seed_files(repository, stages=STAGES)
    assert {name.partition("/")[0] for name in files} == TOP[repository]
    tracked = subprocess.run(["git", "ls-files", repository], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {f"{repository}/{name}" for name in files} >= set(tracked.stdout.split())


@pytest.mark.parametrize("repository", REPOSITORIES)
def test_no_file_of_a_seed_is_empty_or_made_by_running_something(repository: str) -> None:
    for name, path in seed_files(repository, stages=STAGES).items():
        assert path.stat().st_size, name
        assert not {"__pycache__", ".hypothesis", ".pytest_cache"} & set(Path(name).parts), name


@pytest.mark.parametrize("repository", REPOSITORIES)
def test_a_seed_copied_out_alone_passes_its_own_tests(repository: str, tmp_path: Path) -> None:
    assert main([repository, str(tmp_path)]) == 0
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    ran = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"}
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("repository", REPOSITORIES)
def test_the_archive_is_the_same_bytes_each_time_and_holds_the_seed(repository: str, tmp_path: Path) -> None:
    files = seed_files(repository, stages=STAGES)
    first, again = (write_archive(files, tmp_path / name) for name in ("1.zip", "2.zip"))
    assert first.read_bytes() == again.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.namelist() == list(files)
        assert archive.read("buildspec.yml") == (ROOT / "buildspec.yml").read_bytes()


def test_the_archives_are_what_is_deployed_and_only_where_codecommit_is_the_host() -> None:
    seeds = {f"seed-abalone-{repository}.zip" for repository in REPOSITORIES}
    assert set(archives("default")) == {*seeds, "functions.zip"}
    assert set(archives("github")) == {"functions.zip"}


def test_an_empty_file_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("buildspec.yml", "model-build/pipelines/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("version: 0.2" if name == "buildspec.yml" else "")
    monkeypatch.setattr(seed, "ROOT", tmp_path)
    with pytest.raises(SeedError, match=r"model-build: pipelines/__init__.py is empty.*write a line into it\.$"):
        seed_files("model-build", stages=STAGES)


def test_more_files_than_codecommit_takes_at_first_are_refused_by_their_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model-build").mkdir()
    for number in range(100):
        (tmp_path / "model-build" / f"{number}.py").write_text("pass")
    (tmp_path / "buildspec.yml").write_text("version: 0.2")
    monkeypatch.setattr(seed, "ROOT", tmp_path)
    assert len(seed_files("model-build", stages=STAGES)) == 101  # for a host that is pushed to, any number
    with pytest.raises(SeedError, match=r"^model-build: has 101 files, .* at most 100: join some of them"):
        first_commit("model-build", stages=STAGES)
    (tmp_path / "model-build" / "0.py").unlink()
    assert len(first_commit("model-build", stages=STAGES)) == 100


@pytest.mark.parametrize("repository", REPOSITORIES)
def test_a_first_commit_leaves_room_for_the_files_of_a_use_case(repository: str) -> None:
    assert len(first_commit(repository, stages=STAGES)) <= 80


def test_what_a_file_manager_or_a_tool_hides_beside_the_files_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = (
        "buildspec.yml",
        "model-build/a.py",
        "model-build/.DS_Store",
        "model-build/.venv/b.py",
        "model-build/x/.a.py.swp",
    )
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("pass")
    monkeypatch.setattr(seed, "ROOT", tmp_path)
    assert list(seed_files("model-build", stages=STAGES)) == ["a.py", "buildspec.yml"]


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_everybody_may_read_every_entry_of_every_archive(configuration: str) -> None:
    """Lambda unpacks with the modes, and runs as another user."""
    found = sorted(folder(configuration).glob("*.zip"))
    assert found == sorted(archives(configuration).values())
    for path in found:
        with zipfile.ZipFile(path) as archive:
            modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        assert {name: stat.filemode(mode) for name, mode in modes.items()} == dict.fromkeys(modes, "-rw-r--r--")


def test_a_stage_without_its_configuration_is_refused_by_name() -> None:
    with pytest.raises(SeedError, match=r"model-deploy: qa-config.json is missing at the top level"):
        seed_files("model-deploy", stages=("qa", "prod"))
