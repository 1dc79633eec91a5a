"""One runner for all tests of the containers; objects, folder, log and the kinds of job for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.containers.archive import pack
from sandbox.containers.job import JobOutcome
from sandbox.containers.processing import run_processing_job
from sandbox.containers.runner import Runner
from sandbox.containers.running import Command
from sandbox.containers.serving import ModelServer
from sandbox.containers.training import run_training_job
from sandbox.containers.transform import run_transform_job
from tests.sandbox.containers.folder_objects import FolderObjectStore
from tests.sandbox.containers.job_requests import (
    ECHO,
    UPPER,
    XGBOOST,
    Process,
    Serve,
    Train,
    Transform,
    processing_request,
    training_request,
    transform_request,
)
from tests.sandbox.containers.tarballs import write


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    with Runner(environment={"AWS_REGION": "eu-west-1"}, grace=3.0) as runner:
        warm = Command(argv=("true",), folder=Path.cwd(), environment={"PATH": "/bin:/usr/bin"})
        assert runner.run(warm, log=print).succeeded  # tests with short times must not wait for the zygote's imports
        yield runner


@pytest.fixture
def objects(tmp_path: Path) -> FolderObjectStore:
    return FolderObjectStore(tmp_path / "s3", "bucket")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "job"


@pytest.fixture
def lines() -> list[str]:
    """What the job wrote, once `lines.append` was its log."""
    return []


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "script.py"
        path.write_text(text)
        return path

    return write


@pytest.fixture(params=["zygote", "plain"])
def any_runner(request: pytest.FixtureRequest, runner: Runner) -> Iterator[Runner]:
    if request.param == "zygote":
        yield runner
    else:
        with Runner(grace=3.0, fork=False) as plain:
            yield plain


@pytest.fixture
def process(runner: Runner, objects: FolderObjectStore, folder: Path, lines: list[str]) -> Process:
    def run(text: str, asked: dict[str, Any] | None = None, **options: Any) -> JobOutcome:
        objects.put(bucket="bucket", key="code/script.py", body=text.encode())
        objects.put(bucket="bucket", key="in/deep/rows.csv", body=b"1\n2\n")
        common: dict[str, Any] = {"folder": folder, "objects": objects, "runner": runner, "log": lines.append}
        return run_processing_job(request=asked or processing_request(), **common | options)

    return run


@pytest.fixture
def train(runner: Runner, objects: FolderObjectStore, folder: Path, lines: list[str], tmp_path: Path) -> Train:
    def run(text: str, *, by: Runner = runner, more: dict[str, str] | None = None, **members: Any) -> JobOutcome:
        code = tmp_path / "source"
        code.mkdir(exist_ok=True)
        write(code, {name: content.encode() for name, content in (more or {}).items()})
        (code / "train.py").write_text(text)
        (code / "helper.py").write_text("NAME = 'helper'")
        objects.put(bucket="bucket", key="code/sourcedir.tar.gz", body=pack(code))
        objects.put(bucket="bucket", key="train/rows.csv", body=b"1,2\n")
        common: dict[str, Any] = {"folder": folder, "objects": objects, "runner": by, "log": lines.append}
        return run_training_job(request=training_request(**members), **common)

    return run


@pytest.fixture
def transform(runner: Runner, objects: FolderObjectStore, folder: Path, lines: list[str], tmp_path: Path) -> Transform:
    def run(files: dict[str, bytes], asked: dict[str, Any] | None = None, **options: Any) -> JobOutcome:
        code = tmp_path / "model/code"
        code.mkdir(parents=True, exist_ok=True)
        (code / "inference.py").write_text(UPPER)
        objects.put(bucket="bucket", key="model.tar.gz", body=pack(tmp_path / "model"))
        for name, content in files.items():
            objects.put(bucket="bucket", key=f"batch/{name}", body=content)
        own = {"SAGEMAKER_PROGRAM": "inference.py", "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"}
        container = {"Image": XGBOOST, "ModelDataUrl": "s3://bucket/model.tar.gz", "Environment": own}
        common: dict[str, Any] = {"folder": folder, "objects": objects, "runner": runner, "log": lines.append}
        return run_transform_job(request=asked or transform_request(), container=container, **common, **options)

    return run


@pytest.fixture
def serve(
    runner: Runner, objects: FolderObjectStore, folder: Path, lines: list[str], tmp_path: Path
) -> Iterator[Serve]:
    servers: list[ModelServer] = []

    def start(
        text: str = ECHO,
        model: str = '{"depth": 3}',
        *,
        by: Runner = runner,
        more: dict[str, str] | None = None,
        offline: bool = False,
        **variables: str,
    ) -> ModelServer:
        source = tmp_path / "model"
        (source / "code").mkdir(parents=True, exist_ok=True)
        write(source / "code", {name: content.encode() for name, content in (more or {}).items()})
        (source / "model.json").write_text(model)
        (source / "code/inference.py").write_text(text)
        objects.put(bucket="bucket", key="model.tar.gz", body=pack(source))
        environment = {
            "SAGEMAKER_PROGRAM": "inference.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
            **variables,
        }
        definition = {"Image": XGBOOST, "ModelDataUrl": "s3://bucket/model.tar.gz", "Environment": environment}
        common: dict[str, Any] = {"folder": folder, "objects": objects, "runner": by, "log": lines.append}
        servers.append(ModelServer.start(container=definition, **common, offline=offline, timeout=10.0))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()
