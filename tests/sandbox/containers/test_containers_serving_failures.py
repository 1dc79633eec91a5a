"""A model server is a child process: it can fail, crash and hang alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.containers.archive import pack
from sandbox.containers.runner import Runner
from sandbox.containers.serving import ModelServer, ModelServerFailed
from tests.sandbox.containers.folder_objects import FolderObjectStore
from tests.sandbox.containers.job_requests import (
    ECHO,
    XGBOOST,
    Serve,
)


def test_a_model_that_crashes_hurts_nobody_else(serve: Serve) -> None:
    server = serve()
    with pytest.raises(ModelServerFailed, match=r"ended \(exit code: 139 \(SIGSEGV\)\)"):
        server.invoke(body=b"die", content_type="text/csv")
    assert not server.alive
    assert not server.ping()
    assert serve().ping()


@pytest.mark.parametrize(
    ("text", "model", "reason"),
    [
        (ECHO, "{corrupt", "JSONDecodeError"),
        ("import os\ndef model_fn(d):\n    os.kill(os.getpid(), 11)", "{}", r"exit code: 139 \(SIGSEGV\)"),
        ("import nothing_like_it", "{}", "ModuleNotFoundError: No module named 'nothing_like_it'"),
        ("def predict_fn(data, model): pass", "{}", "Please provide a model_fn implementation"),
        (f"{ECHO}\ndef predict_fn(data, model): pass", "{}", "Cannot use transform_fn implementation with"),
        ("import sandbox", "{}", "ModuleNotFoundError: No module named 'sandbox'"),
    ],
)
def test_a_model_that_does_not_load_says_why(serve: Serve, text: str, model: str, reason: str) -> None:
    with pytest.raises(ModelServerFailed, match=reason):
        serve(text, model)


def test_a_real_model_that_is_corrupt_fails_in_the_child(serve: Serve) -> None:
    text = "import xgboost\ndef model_fn(d):\n    return xgboost.Booster(model_file=d + '/model.json')\ndef transform_fn(*a): pass"
    with pytest.raises(ModelServerFailed, match="XGBoostError"):
        serve(text, '{"learner": {"gradient_booster": 7}}')


def test_a_server_that_takes_too_long_is_stopped(
    runner: Runner, objects: FolderObjectStore, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "inference.py").write_text("import time\ndef model_fn(d):\n    print('slow'); time.sleep(60)")
    objects.put(bucket="bucket", key="code.tar.gz", body=pack(tmp_path))
    environment = {"SAGEMAKER_PROGRAM": "inference.py", "SAGEMAKER_SUBMIT_DIRECTORY": "s3://bucket/code.tar.gz"}
    definition = {"Image": XGBOOST, "Environment": environment}
    with pytest.raises(ModelServerFailed, match="did not answer /ping in time; its last line: slow"):
        ModelServer.start(
            container=definition, folder=folder, objects=objects, runner=runner, log=lambda _: None, timeout=0.5
        )


def test_an_answer_that_takes_too_long_is_given_up(serve: Serve) -> None:
    server = serve("import time\ndef model_fn(d): return 1\ndef transform_fn(*a): time.sleep(3)")
    with pytest.raises(ModelServerFailed, match=r"no answer within 0\.2 s"):
        server.invoke(body=b"x", timeout=0.2)
    assert server.ping()


def test_nginx_gives_up_before_the_client_does(serve: Serve) -> None:
    text = "import time\ndef model_fn(d): return 1\ndef transform_fn(*a): time.sleep(3)"
    assert serve(text, SAGEMAKER_MODEL_SERVER_TIMEOUT="1").invoke(body=b"x", timeout=60).status == 504


def test_a_stopped_server_is_gone_and_stopping_again_is_harmless(serve: Serve) -> None:
    server = serve()
    server.stop()
    server.stop()
    assert not server.alive
    with pytest.raises(ModelServerFailed):
        server.invoke(body=b"x")


@pytest.mark.parametrize(
    ("container", "reason"),
    [
        ({"Image": "r/x:1"}, "the image r/x:1 is not in the sandbox"),
        ({"Image": XGBOOST}, "a model without an inference script is not in the sandbox; set SAGEMAKER_PROGRAM"),
        ({"Image": XGBOOST, "Mode": "MultiModel"}, "a multi-model container is not in the sandbox"),
        ({"Image": XGBOOST, "ModelDataUrl": "s3://bucket/none"}, "Could not find the object s3://bucket/none"),
        ({"Image": XGBOOST, "ModelDataUrl": "s3://bucket/pickle"}, "'model.pkl' is a pickle"),
        ({"Image": XGBOOST, "ModelDataUrl": "s3://bucket/empty"}, "SAGEMAKER_PROGRAM|does not exist"),
        (
            {"Image": XGBOOST, "ModelDataSource": {"S3DataSource": {"S3Uri": "s3://b/x/"}}},
            "uncompressed ModelDataSource",
        ),
    ],
)
def test_a_container_that_cannot_be_served_is_refused_by_name(
    runner: Runner, objects: FolderObjectStore, tmp_path: Path, container: dict[str, Any], reason: str
) -> None:
    for name, files in {"pickle": ["model.pkl"], "empty": []}.items():
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / file).touch()
        objects.put(bucket="bucket", key=name, body=pack(tmp_path / name))
    if len(container) > 1 and "Mode" not in container:
        own = {"SAGEMAKER_PROGRAM": "inference.py", "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"}
        container = {**container, "Environment": own}
    with pytest.raises(ModelServerFailed, match=reason):
        ModelServer.start(
            container=container, folder=tmp_path / "job", objects=objects, runner=runner, log=lambda _: None
        )
