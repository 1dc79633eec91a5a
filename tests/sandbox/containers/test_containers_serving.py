"""A model server: the toolkit's answers, and a child process that can die alone."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sandbox.containers.archive import pack
from sandbox.containers.runner import Runner
from sandbox.containers.serving import BodyTooLarge, ModelServer, ModelServerFailed
from tests.sandbox.containers.folder_objects import FolderObjectStore

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
Serve = Callable[..., ModelServer]

ECHO = """
import json, pathlib
from werkzeug.wrappers import Response

def model_fn(model_dir):
    print("loading", flush=True)
    return json.loads((pathlib.Path(model_dir) / "model.json").read_text())

def transform_fn(model, body, content_type, accept):
    if body == "refuse":
        return Response(json.dumps({"error": "no such sex", "row": 1}), status=400, mimetype="application/json")
    if body == "text":
        return "just text"
    if body == "nothing":
        return None
    if body == "crash":
        raise ValueError("the script's own mistake")
    if body == "die":
        import os
        os.kill(os.getpid(), 11)
    return json.dumps({"model": model, "kind": type(body).__name__, "type": content_type, "accept": accept}), accept
"""

STEPS = """
import json
def model_fn(model_dir):
    import xgboost
    class Sum:
        def predict(self, data, validate_features):
            import numpy
            return numpy.asarray(data.get_data().sum(axis=1)).ravel()
    return Sum()
"""


@pytest.fixture
def serve(
    runner: Runner, objects: FolderObjectStore, folder: Path, lines: list[str], tmp_path: Path
) -> Iterator[Serve]:
    servers: list[ModelServer] = []

    def start(text: str = ECHO, model: str = '{"depth": 3}', **variables: str) -> ModelServer:
        source = tmp_path / "model"
        (source / "code").mkdir(parents=True, exist_ok=True)
        (source / "model.json").write_text(model)
        (source / "code/inference.py").write_text(text)
        objects.put(bucket="bucket", key="model.tar.gz", body=pack(source))
        environment = {
            "SAGEMAKER_PROGRAM": "inference.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
            **variables,
        }
        definition = {"Image": IMAGE, "ModelDataUrl": "s3://bucket/model.tar.gz", "Environment": environment}
        common: dict[str, Any] = {"folder": folder, "objects": objects, "runner": runner, "log": lines.append}
        servers.append(ModelServer.start(container=definition, **common, timeout=10.0))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def test_a_script_answers_with_body_and_type(serve: Serve, lines: list[str]) -> None:
    server = serve()
    answer = server.invoke(body=b"M,0.4", content_type="text/csv", accept="application/json")
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert json.loads(answer.body) == {
        "model": {"depth": 3},
        "kind": "str",
        "type": "text/csv",
        "accept": "application/json",
    }
    assert lines[0] == "loading"
    assert lines.count("loading") == 1


def test_what_a_client_leaves_out_is_the_toolkits_default(serve: Serve) -> None:
    server = serve(SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT="text/csv")
    answer = json.loads(server.invoke(body=b"x", accept="*/*").body)
    assert (answer["type"], answer["accept"], answer["kind"]) == ("application/json", "text/csv", "str")
    assert json.loads(server.invoke(body=b"x", content_type="application/x-npy").body)["kind"] == "bytes"


def test_a_response_of_the_scripts_own_passes_through(serve: Serve) -> None:
    answer = serve().invoke(body=b"refuse", content_type="text/csv")
    assert (answer.status, json.loads(answer.body)) == (400, {"error": "no such sex", "row": 1})


@pytest.mark.parametrize(("body", "status"), [(b"text", 200), (b"nothing", 500), (b"crash", 500)])
def test_other_results_are_what_flask_makes_of_them(serve: Serve, body: bytes, status: int) -> None:
    answer = serve().invoke(body=body, content_type="text/csv")
    assert (answer.status, answer.content_type.partition(";")[0]) == (status, "text/html")


def test_a_scripts_exception_is_logged_and_the_server_lives(serve: Serve, lines: list[str]) -> None:
    server = serve()
    assert server.invoke(body=b"crash", content_type="text/csv").status == 500
    assert server.invoke(body=b"x", content_type="text/csv").status == 200
    assert "ValueError: the script's own mistake" in lines


def test_the_containers_own_functions_decode_predict_and_encode(serve: Serve) -> None:
    server = serve(STEPS)
    rows = {"text/csv": b"1,2\n3,4", "text/libsvm": b"0 1:1 2:2\n0 1:3 2:4"}
    for content_type, body in rows.items():
        assert json.loads(server.invoke(body=body, content_type=content_type).body) == [3.0, 7.0]
    assert server.invoke(body=b"1,2\n3,4", content_type="text/csv", accept="text/csv").body == b"3.0\n7.0\n"


def test_unknown_types_are_415_and_406_from_the_containers_functions(serve: Serve) -> None:
    server = serve(STEPS)
    assert server.invoke(body=b"x", content_type="image/png").status == 415
    refused = server.invoke(body=b"1,2", content_type="text/csv", accept="image/png")
    assert (refused.status, json.loads(refused.body)["error"]) == (406, "UnsupportedFormatError")
    assert server.invoke(body=b"not,numbers", content_type="text/csv").status == 500


def test_a_server_starts_within_half_a_second_and_answers_in_milliseconds(serve: Serve) -> None:
    """Generous bounds: the zygote makes it some 60 ms, and an answer about one."""
    began = time.perf_counter()
    server = serve()
    assert time.perf_counter() - began < 2.0
    began = time.perf_counter()
    for _ in range(20):
        server.invoke(body=b"x", content_type="text/csv")
    assert time.perf_counter() - began < 2.0


def test_many_clients_at_once_are_all_answered(serve: Serve) -> None:
    server = serve()
    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(lambda n: server.invoke(body=b"x", content_type=f"text/{n}"), range(40)))
    assert [json.loads(answer.body)["type"] for answer in answers] == [f"text/{n}" for n in range(40)]


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
    definition = {"Image": IMAGE, "Environment": environment}
    with pytest.raises(ModelServerFailed, match="did not answer /ping in time; its last line: slow"):
        ModelServer.start(
            container=definition, folder=folder, objects=objects, runner=runner, log=lambda _: None, timeout=0.5
        )


def test_an_answer_that_takes_too_long_is_given_up(serve: Serve) -> None:
    server = serve("import time\ndef model_fn(d): return 1\ndef transform_fn(*a): time.sleep(3)")
    with pytest.raises(ModelServerFailed, match=r"no answer within 0\.2 s"):
        server.invoke(body=b"x", timeout=0.2)
    assert server.ping()


def test_a_body_over_six_megabytes_is_refused(serve: Serve) -> None:
    server = serve()
    assert server.invoke(body=b"0" * 6_291_456, content_type="text/csv").status == 200
    with pytest.raises(BodyTooLarge, match="at most 6291456"):
        server.invoke(body=b"0" * 6_291_457, content_type="text/csv")


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
        ({"Image": IMAGE}, "a model without an inference script is not in the sandbox; set SAGEMAKER_PROGRAM"),
        ({"Image": IMAGE, "Mode": "MultiModel"}, "a multi-model container is not in the sandbox"),
        ({"Image": IMAGE, "ModelDataUrl": "s3://bucket/none"}, "Could not find the object s3://bucket/none"),
        ({"Image": IMAGE, "ModelDataUrl": "s3://bucket/pickle"}, "'model.pkl' is a pickle"),
        ({"Image": IMAGE, "ModelDataUrl": "s3://bucket/empty"}, "SAGEMAKER_PROGRAM|does not exist"),
        ({"Image": IMAGE, "ModelDataSource": {"S3DataSource": {"S3Uri": "s3://b/x/"}}}, "uncompressed ModelDataSource"),
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
