"""A project with a version in production and two that wait: prepared once for all workers, copied for each test."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.source_keys import leave_out
from tests.e2e.deployer import Deployer
from tests.e2e.project import BUILD, CONTEXT, DEPLOY, NAMES, ROOT, Project, eventually
from tests.repository_copy import CONFIGS, QUICK, patient

BUILDS = "codebuild"  # what one leaves for the next; what is known of them is in codebuild.sqlite
BUILD_ROOT = "model-build"
# Nobody documents that these say for whom they act when they take on a role, so the whole loop is lived through without it here;
# the demo's test lives through it with it.
UNDOCUMENTED = ("cloudformation", "codepipeline", "events", "lambda")
SLIM: dict[str, str | None] = {"tests": None, "tests/test_quick.py": QUICK}


@pytest.fixture(scope="session")
def released_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its repositories have one quick test each, so that a build takes a second."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = shared / "released"
    with (shared / "released.lock").open("w") as lock, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install_from(home.with_name("wheels"), patch)
        if not (home / "prepared").exists():
            shutil.rmtree(home, ignore_errors=True)
            _prepare(home, shared)
            (home / "prepared").write_text("whole")
    return home


@pytest.fixture
def project(
    released_home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    _install_from(released_home.with_name("wheels"), monkeypatch)
    home = tmp_path_factory.getbasetemp() / "home"
    home.mkdir(exist_ok=True)
    for each in home.iterdir():
        if each.name != BUILDS:
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    shutil.copytree(released_home, home, symlinks=True, ignore=shutil.ignore_patterns(BUILDS), dirs_exist_ok=True)
    made = Project(home)
    yield made
    made.down()


def _install_from(wheels: Path, patch: pytest.MonkeyPatch) -> None:
    """Have pip find the installer of the builds in a folder: half of its time goes into the 6,000 files that the index has of it.

    Its hash is held against the lock all the same; that it comes from the index is proved where what is installed is
    (tests/contracts/test_installed_packages.py).
    """
    if not wheels.exists():
        command = ("-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check", "--require-hashes")
        wanted = ROOT / BUILD_ROOT / "requirements-installer.txt"
        subprocess.run([sys.executable, *command, "-r", wanted, "-d", wheels], check=True)
    patch.setenv("PIP_FIND_LINKS", str(wheels))
    patch.setenv("PIP_NO_INDEX", "1")


def _prepare(home: Path, folder: Path) -> None:
    project = Project(home)
    try:
        deployer = Deployer(project.settings, folder)
        leave_out(project.settings.home, UNDOCUMENTED)
        deployer.cdk("bootstrap", deployer.run(sys.executable, "-m", "infra.commands.bootstrap").strip())
        deployer.deploy()
        for pipeline in (BUILD, DEPLOY):  # their first executions would run the seeds' whole tests
            project.abandon(pipeline)
        data = (ROOT / "data" / "abalone.csv").read_bytes()
        project.client("s3").put_object(
            Bucket=project.bucket("data"), Key=f"{CONTEXT['data']['prefix']}abalone.csv", Body=data
        )
        project.push(DEPLOY, SLIM | {config: patient(config) for config in CONFIGS})
        trained = project.of_commit(BUILD, project.push(BUILD, SLIM))
        assert project.ended(BUILD, trained) == "Succeeded", project.failure(BUILD, trained)
        _register(project, 1)
        for number in (2, 3):
            project.client("sagemaker").start_pipeline_execution(PipelineName=NAMES.sagemaker_pipeline)
            _register(project, number)
        project.release(project.versions()[0]["ModelPackageArn"])
    finally:
        project.down()


def _register(project: Project, count: int) -> None:
    eventually(lambda: len(project.versions()) >= count and project.no_run_is_under_way(), f"{count} versions")
