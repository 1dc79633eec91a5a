"""A project with a version in production and two that wait: prepared once for all workers, copied for each test."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.source_keys import leave_out
from tests.e2e.deployer import Deployer
from tests.e2e.project import BUILD, CONTEXT, DEPLOY, NAMES, ROOT, Project, eventually
from tests.repository_copy import CONFIGS, QUICK, patient

BUILDS = "codebuild"  # their slots and bytecode; what is known of them is in codebuild.sqlite
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
    with (shared / "released.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "prepared").exists():
            shutil.rmtree(home, ignore_errors=True)
            _prepare(home, shared)
            (home / "prepared").write_text("whole")
    return home


@pytest.fixture
def project(released_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """At the same path for each test of a worker: there, builds find the bytecode of those before."""
    home = tmp_path_factory.getbasetemp() / "home"
    home.mkdir(exist_ok=True)
    for each in home.iterdir():
        if each.name != BUILDS:
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    shutil.copytree(released_home, home, symlinks=True, ignore=shutil.ignore_patterns(BUILDS), dirs_exist_ok=True)
    made = Project(home)
    yield made
    made.down()


def _prepare(home: Path, folder: Path) -> None:
    project = Project(home)
    try:
        deployer = Deployer(project.settings, folder)
        leave_out(project.settings.home, UNDOCUMENTED)
        deployer.cdk("bootstrap", deployer.run(sys.executable, "-m", "infra.bootstrap").strip())
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
