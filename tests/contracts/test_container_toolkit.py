"""The sandbox's containers beside AWS's own toolkit, on the archives that model-build makes, with no package index to reach.

The toolkit (`sagemaker-containers`, as the XGBoost image has it) runs in an environment of its own: see toolkit.txt.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sysconfig
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pipelines.abalone.containers.preprocess import SPLITS, preprocess
from pipelines.command import load_pipeline
from pipelines.settings import NAMES, Settings
from sandbox.containers.archive import pack, unpack
from sandbox.containers.job import JobOutcome
from sandbox.containers.members import CODE, MODEL
from sandbox.containers.runner import Runner
from sandbox.containers.serving import ModelServer, ModelServerFailed
from sandbox.containers.training import run_training_job
from tests.sandbox.containers.folder_objects import FolderObjectStore

ROOT = Path(__file__).parents[2]
TOOLKIT = ROOT / ".venv" / "toolkit"
SAMPLE = ROOT / "model-build" / "tests" / "data" / "abalone-300.csv"
VARIABLE = "PIP_NO_BUILD_ISOLATION"
# Any text serves for what the containers do not look at, such as a key or a commit.
SETTINGS = Settings.from_environment(
    {names[0]: name for name, names in NAMES.items()}
    | {
        NAMES["bucket"][0]: "artifacts",
        NAMES["region"][0]: "eu-west-1",
        NAMES["model_role"][0]: "arn:aws:iam::123456789012:role/model",
    }
)
ODD = {
    "json-text": '"reg:squarederror"',
    "plain": "us-east-1",
    "true": "true",
    "null": "null",
    "number": "1e3",
    "zeros": "007",
    "list": '[1, "two", null]',
    "map": '{"b": 1, "a": "x y"}',
    "nan": "NaN",
    "spaces": "  two words ",
    "empty": "",
    "accent": "é",
    "dotted.name": "1",
    "under_score": "2",
    "x": "0.5",
    "quote": 'it\'s "so"',
    "path": "/opt/ml/model",
    "sagemaker_program": "train.py",
    "sagemaker_submit_directory": "s3://artifacts/odd.tar.gz",
    "sagemaker_region": "eu-west-1",
    "sagemaker_job_name": '"named"',
    "sagemaker_own_setting": "true",
    "sagemaker_container_log_level": "10",
}
TELL = "import json, os, sys; print(json.dumps({'arguments': sys.argv[1:], 'variables': dict(os.environ)}))"
ROW = "M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15"


@dataclass(frozen=True)
class Steps:
    """What the definition says of training and serving, and the objects that it leads to."""

    train: dict[str, Any]
    serving: dict[str, str]
    objects: FolderObjectStore


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Steps]:
    folder = tmp_path_factory.mktemp("steps")
    objects = FolderObjectStore(folder / "s3", SETTINGS.bucket)
    with pytest.MonkeyPatch.context() as environment, warnings.catch_warnings(), mock_aws():
        warnings.simplefilter("ignore")  # the SDK imports its own deprecated modules
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "testing")
        environment.setenv("AWS_DEFAULT_REGION", SETTINGS.region)
        environment.delenv("AWS_ENDPOINT_URL", raising=False)
        bucket = boto3.resource("s3").Bucket(SETTINGS.bucket)
        bucket.create(CreateBucketConfiguration={"LocationConstraint": SETTINGS.region})  # type: ignore[typeddict-item]
        definition = json.loads(str(load_pipeline(SETTINGS).definition()))
        for item in bucket.objects.all():
            objects.put(bucket=SETTINGS.bucket, key=item.key, body=item.get()["Body"].read())
    arguments = {step["Name"]: step["Arguments"] for step in _all_steps(definition)}
    (folder / "input").mkdir()
    shutil.copy(SAMPLE, folder / "input")
    preprocess(folder / "input", {split: folder / split for split in SPLITS})
    for channel in ("train", "validation"):
        for file in (folder / channel).iterdir():
            objects.put(bucket=SETTINGS.bucket, key=f"{channel}/{file.name}", body=file.read_bytes())
    serving = arguments["CreateModel"]["PrimaryContainer"]["Environment"]
    yield Steps(
        train=arguments["Train"],
        serving={name: value for name, value in serving.items() if isinstance(value, str)},
        objects=objects,
    )


def _all_steps(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for step in definition["Steps"]:
        yield step
        if step["Type"] == "Condition":
            yield from _all_steps({"Steps": step["Arguments"]["IfSteps"]})


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(environment={"AWS_REGION": SETTINGS.region}) as runner:
        yield runner


def sandbox_training(steps: Steps, runner: Runner, folder: Path, **members: Any) -> tuple[JobOutcome, list[str]]:
    lines: list[str] = []
    channels = [
        {
            "ChannelName": name,
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://artifacts/{name}/"}},
        }
        for name in ("train", "validation")
    ]
    request = {
        "TrainingJobName": "train-1",
        "RoleArn": SETTINGS.model_role,
        "EnableNetworkIsolation": True,
        "AlgorithmSpecification": steps.train["AlgorithmSpecification"],
        "HyperParameters": steps.train["HyperParameters"],
        "Environment": steps.train["Environment"],
        "InputDataConfig": channels,
        "OutputDataConfig": {"S3OutputPath": "s3://artifacts/models"},
        **members,
    }
    outcome = run_training_job(request=request, folder=folder, objects=steps.objects, runner=runner, log=lines.append)
    return outcome, lines


def interpreter(folder: Path) -> Path:
    """The toolkit's Python by a path without blanks: the toolkit splits the command that calls pip at each of them."""
    link = folder / "toolkit"
    if not link.is_symlink():
        link.symlink_to(TOOLKIT)
    return link / "bin" / "python"


def toolkit(
    verb: str, folder: Path, environment: Mapping[str, str], asked: object = None
) -> subprocess.CompletedProcess[str]:
    """AWS's toolkit on a container's /opt/ml in the folder; what it installs goes to the folder, too."""
    base = folder / "opt" / "ml"
    installed = sysconfig.get_path("purelib", vars={"base": str(folder / "installed")})
    Path(installed).mkdir(parents=True, exist_ok=True)
    given = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "SAGEMAKER_BASE_DIR": str(base),
        "AWS_DEFAULT_REGION": SETTINGS.region,
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_PREFIX": str(folder / "installed"),
        "PYTHONPATH": installed,
        **{name: value.replace("/opt/ml", str(base)) for name, value in environment.items()},
    }
    script = ROOT / "tests" / "contracts" / "toolkit_process.py"
    return subprocess.run(
        [interpreter(folder), script, verb],
        env=given,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )


def container(folder: Path, job: Path, source: bytes) -> Path:
    """The files of a training container before it starts: those that the sandbox placed, and the code as an archive inside."""
    base = folder / "opt" / "ml"
    shutil.copytree(job / "opt" / "ml" / "input", base / "input")
    for name in ("model", "output/data"):
        (base / name).mkdir(parents=True)
    (base / "source.tar.gz").write_bytes(source)
    parameters = base / "input/config/hyperparameters.json"
    named = json.loads(parameters.read_text()) | {"sagemaker_submit_directory": str(base / "source.tar.gz")}
    parameters.write_text(json.dumps(named))
    return base


def archive_of(steps: Steps) -> bytes:
    key = steps.train["HyperParameters"]["sagemaker_submit_directory"].removeprefix("s3://artifacts/")
    return steps.objects.get(bucket="artifacts", key=key)


def test_odd_hyper_parameters_reach_a_script_as_in_the_toolkit(steps: Steps, runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code/train.py").write_text(TELL)
    steps.objects.put(bucket="artifacts", key="odd.tar.gz", body=pack(tmp_path / "code"))
    job = (tmp_path / "job").resolve()
    outcome, lines = sandbox_training(steps, runner, job, HyperParameters=ODD)
    assert outcome.status == "Completed"
    here = json.loads(next(line for line in lines if line.startswith("{")).replace(str(job), ""))
    image = {
        "SAGEMAKER_TRAINING_MODULE": "sagemaker_xgboost_container.training:main",
        "TRAINING_JOB_NAME": "train-1",
    }
    told = toolkit("tell", job, image)
    assert told.returncode == 0, told.stderr
    there = json.loads(told.stdout.splitlines()[-1].replace(str(job), ""))
    assert here["arguments"] == there["arguments"]
    assert {name: here["variables"].get(name) for name in there["variables"]} == there["variables"]


def test_our_archive_trains_without_an_index_and_not_without_the_variable(
    steps: Steps, runner: Runner, tmp_path: Path
) -> None:
    good, _ = sandbox_training(steps, runner, tmp_path / "job")
    assert good.status == "Completed"
    base = container(tmp_path / "good", tmp_path / "job", archive_of(steps))
    trained = toolkit("train", tmp_path / "good", steps.train["Environment"])
    assert trained.returncode == 0, trained.stdout + trained.stderr
    unpack(
        steps.objects.get(bucket="artifacts", key="models/train-1/output/model.tar.gz"), tmp_path / "kept", limits=MODEL
    )
    assert contents(tmp_path / "kept") == contents(base / "model")

    bad, _ = sandbox_training(steps, runner, tmp_path / "job", Environment={})
    base = container(tmp_path / "bad", tmp_path / "job", archive_of(steps))
    refused = toolkit("train", tmp_path / "bad", {})
    words = (base / "output/failure").read_text().replace(str(interpreter(tmp_path / "bad")), "/opt/venv/bin/python3")
    assert (bad.status, bad.failure_reason) == (
        "Failed",
        f"AlgorithmError: {words}, exit code: {refused.returncode}",
    )
    assert "InstallModuleError" in words


def test_a_script_that_fails_ends_as_in_the_toolkit(steps: Steps, runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code/train.py").write_text("import sys; sys.exit(2)")
    source = pack(tmp_path / "code")
    steps.objects.put(bucket="artifacts", key="failing.tar.gz", body=source)
    parameters = {
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": "s3://artifacts/failing.tar.gz",
        "word": "two words",
    }
    outcome, _ = sandbox_training(steps, runner, tmp_path / "job", HyperParameters=parameters)
    base = container(tmp_path / "real", tmp_path / "job", source)
    failed = toolkit("train", tmp_path / "real", steps.train["Environment"])
    words = (base / "output/failure").read_text().replace(str(interpreter(tmp_path / "real")), "/opt/venv/bin/python3")
    assert outcome.failure_reason == f"AlgorithmError: {words}, exit code: {failed.returncode}"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()}


SEVERAL = """
import json
from werkzeug.wrappers import Response
def model_fn(model_dir):
    return 1
def transform_fn(model, body, content_type, accept):
    kinds = {
        "dict": {"a": 1}, "list": [1, 2], "text": "words", "bytes": b"raw", "nothing": None, "tuple": ("a,b", "text/csv"),
        "number": 3, "response": Response("own", status=418, mimetype="text/plain"), "status": ("no", 404),
    }
    if body == b"raise" or body == "raise":
        raise ValueError("mine")
    return kinds[body if isinstance(body, str) else body.decode()]
"""
THREE = """
def model_fn(model_dir):
    return 2
def input_fn(body, content_type):
    return [float(each) for each in (body if isinstance(body, str) else body.decode()).split(",")]
def predict_fn(data, model):
    return [model * each for each in data]
def output_fn(prediction, accept):
    return ",".join(map(str, prediction)), accept
"""


def request(body: str = ROW, method: str = "POST", path: str = "/invocations", **headers: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"method": method, "path": path, "body": body, "headers": {"Content-Type": "text/csv", **named}}


OURS = [
    request(),
    request(f"{ROW}\r\n{ROW}"),
    request("M,nonsense"),
    request("é"),
    request("", **{"Content_Type": "text/csv"}),
    request(json.dumps([ROW.split(",")]), Content_Type="application/json"),
    request(Accept="application/json"),
    request(Accept="text/csv; charset=utf-8"),
    request(Accept="image/png"),
    request(Content_Type="text/libsvm"),
    request(method="OPTIONS"),
    request(method="GET"),
    request(method="PUT"),
    request(method="GET", path="/ping"),
    request(method="POST", path="/ping"),
    request(method="OPTIONS", path="/ping"),
    request(method="GET", path="/execution-parameters"),
]
KINDS = ("dict", "list", "text", "bytes", "nothing", "tuple", "number", "response", "status", "raise")


def test_our_model_is_served_without_an_index_and_not_without_the_variable(
    steps: Steps, runner: Runner, tmp_path: Path
) -> None:
    outcome, _ = sandbox_training(steps, runner, tmp_path / "job")
    assert outcome.model_artifact is not None
    model = steps.objects.get(bucket="artifacts", key=outcome.model_artifact.removeprefix("s3://artifacts/"))
    assert served_here(steps, runner, tmp_path, model, steps.serving, OURS) == served_there(
        tmp_path / "good", model, steps.serving, OURS
    )
    without = {name: value for name, value in steps.serving.items() if name != VARIABLE}
    unpack(model, tmp_path / "bad/opt/ml/model", limits=MODEL)
    refused = toolkit("serve", tmp_path / "bad", without, [])
    assert refused.returncode == 1
    assert 'InstallModuleError:\nCommand "' in refused.stderr
    with pytest.raises(ModelServerFailed, match="InstallModuleError: Command"):
        served_here(steps, runner, tmp_path, model, without, [])


@pytest.mark.parametrize(
    ("script", "asked"),
    [(SEVERAL, [request(kind) for kind in KINDS]), (THREE, [request("1,2"), request("x"), request("1", Accept="a/b")])],
    ids=["transform_fn", "three functions"],
)
def test_what_a_script_returns_is_answered_as_in_the_toolkit(
    steps: Steps, runner: Runner, tmp_path: Path, script: str, asked: list[dict[str, Any]]
) -> None:
    (tmp_path / "model/code").mkdir(parents=True)
    (tmp_path / "model/code/inference.py").write_text(script)
    model = pack(tmp_path / "model")
    here = served_here(steps, runner, tmp_path, model, steps.serving, asked)
    assert here == served_there(tmp_path / "real", model, steps.serving, asked)


def served_here(
    steps: Steps,
    runner: Runner,
    folder: Path,
    model: bytes,
    environment: Mapping[str, str],
    asked: list[dict[str, Any]],
) -> list[list[object]]:
    steps.objects.put(bucket="artifacts", key="served.tar.gz", body=model)
    definition = {
        "Image": steps.train["AlgorithmSpecification"]["TrainingImage"],
        "ModelDataUrl": "s3://artifacts/served.tar.gz",
        "Environment": environment,
    }
    server = ModelServer.start(
        container=definition, folder=folder / "server", objects=steps.objects, runner=runner, log=print, offline=True
    )
    answers: list[list[object]] = []
    try:
        for each in asked:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            connection.request(each["method"], each["path"], each["body"].encode("latin-1"), each["headers"])
            answer = connection.getresponse()
            answers.append([answer.status, answer.headers.get("Content-Type", ""), answer.read().decode("latin-1")])
            connection.close()
    finally:
        server.stop()
    return answers


def served_there(
    folder: Path, model: bytes, environment: Mapping[str, str], asked: list[dict[str, Any]]
) -> list[list[object]]:
    unpack(model, folder / "opt/ml/model", limits=CODE)
    served = toolkit("serve", folder, environment, asked)
    assert served.returncode == 0, served.stderr
    answers: list[list[object]] = json.loads(served.stdout.splitlines()[-1])
    return answers
