"""A processing job, from the API's request to an outcome."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.containers.job import JobOutcome
from sandbox.containers.processing import run_processing_job
from sandbox.containers.runner import Runner
from tests.sandbox.containers.folder_objects import FolderObjectStore

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3"
Process = Callable[..., JobOutcome]


def request(*words: str, **members: Any) -> dict[str, Any]:
    """A job whose code is `s3://bucket/code/`, input `s3://bucket/in/`, output `s3://bucket/out`."""

    def source(name: str, path: str) -> dict[str, Any]:
        s3 = {"S3Uri": f"s3://bucket/{name}/", "LocalPath": path, "S3DataType": "S3Prefix", "S3InputMode": "File"}
        return {"InputName": name, "S3Input": s3}

    output = {"S3Uri": "s3://bucket/out", "LocalPath": "/opt/ml/processing/out", "S3UploadMode": "EndOfJob"}
    return {
        "ProcessingJobName": "prepare-1",
        "RoleArn": "arn:aws:iam::123456789012:role/execution",
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
        },
        "AppSpecification": {
            "ImageUri": IMAGE,
            "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/script.py"],
            "ContainerArguments": list(words),
        },
        "ProcessingInputs": [source("code", "/opt/ml/processing/input/code"), source("in", "/opt/ml/processing/in")],
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "out", "S3Output": output}]},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **members,
    }


@pytest.fixture
def process(runner: Runner, objects: FolderObjectStore, folder: Path, lines: list[str]) -> Process:
    def run(text: str, asked: dict[str, Any] | None = None, **options: Any) -> JobOutcome:
        objects.put(bucket="bucket", key="code/script.py", body=text.encode())
        objects.put(bucket="bucket", key="in/deep/rows.csv", body=b"1\n2\n")
        common: dict[str, Any] = {"folder": folder, "objects": objects, "runner": runner, "log": lines.append}
        return run_processing_job(request=asked or request(), **common, **options)

    return run


COPY = """
import pathlib, sys
source, target = map(pathlib.Path, sys.argv[1:])
(target / "deep").mkdir()
(target / "deep" / "copy.csv").write_text((source / "deep/rows.csv").read_text())
print("copied")
"""


def test_a_job_reads_its_inputs_and_its_outputs_are_uploaded(
    process: Process, objects: FolderObjectStore, lines: list[str]
) -> None:
    outcome = process(COPY, request("/opt/ml/processing/in", "/opt/ml/processing/out"))
    assert (outcome.status, outcome.failure_reason, outcome.exit_code) == ("Completed", None, 0)
    assert objects.get(bucket="bucket", key="out/deep/copy.csv") == b"1\n2\n"
    assert (lines, outcome.started < outcome.ended) == (["copied"], True)


def test_the_configuration_files_and_variables_are_the_containers(
    process: Process, lines: list[str], folder: Path
) -> None:
    text = """
import json, os, pathlib
base = pathlib.Path(os.environ["SM_OUTPUT_DIR"]).parent
job = json.loads((base / "config/processingjobconfig.json").read_text())
print(job["ProcessingJobArn"], job["ProcessingInputs"][1]["S3Input"]["LocalPath"], job["Environment"]["DATA"])
print(json.loads((base / "config/resourceconfig.json").read_text()))
print(os.environ["DATA"], os.environ["AWS_REGION"])
"""
    assert process(text, request(Environment={"DATA": "/opt/ml/processing/in"})).status == "Completed"
    data = f"{folder}/opt/ml/processing/in"
    assert lines == [
        f"arn:aws:sagemaker:eu-west-1:123456789012:processing-job/prepare-1 {data} {data}",
        "{'current_host': 'algo-1', 'hosts': ['algo-1']}",
        f"{data} eu-west-1",
    ]


def test_a_failure_carries_the_exit_code_and_the_message(process: Process, objects: FolderObjectStore) -> None:
    text = """
import os, pathlib, sys
pathlib.Path(os.environ["SM_OUTPUT_DIR"], "message").write_text("row 3: no such sex: X\\n")
sys.exit(2)
"""
    outcome = process(text)
    assert (outcome.status, outcome.exit_code) == ("Failed", 2)
    assert outcome.exit_message == "row 3: no such sex: X\n"
    assert outcome.failure_reason == "AlgorithmError: row 3: no such sex: X, exit code: 2"
    assert objects.list(bucket="bucket", prefix="out") == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("raise SystemExit(1)", "AlgorithmError: , exit code: 1"),
        ("import os; os.kill(os.getpid(), 9)", "AlgorithmError: , exit code: 137 (SIGKILL)"),
        ("import os; os.kill(os.getpid(), 11)", "AlgorithmError: , exit code: 139 (SIGSEGV)"),
    ],
)
def test_a_failure_without_a_message_still_says_how_it_ended(process: Process, text: str, reason: str) -> None:
    assert process(text).failure_reason == reason


def test_messages_are_cut_at_one_kilobyte(process: Process) -> None:
    text = "import os, pathlib\npathlib.Path(os.environ['SM_OUTPUT_DIR'], 'message').write_text('é' * 600)\nraise SystemExit(1)"
    outcome = process(text)
    assert outcome.exit_message == "é" * 512
    assert len((outcome.failure_reason or "").encode()) <= 1024
    assert (outcome.failure_reason or "").endswith(", exit code: 1")


def test_a_message_that_is_not_text_fails_the_job(process: Process) -> None:
    text = "import os, pathlib\npathlib.Path(os.environ['SM_OUTPUT_DIR'], 'message').write_bytes(b'\\xff')"
    assert process(text).failure_reason == "ClientError: /opt/ml/output/message is not UTF-8 text"


def test_a_message_that_is_a_link_is_not_read(process: Process) -> None:
    text = "import os, pathlib\npathlib.Path(os.environ['SM_OUTPUT_DIR'], 'message').symlink_to('/etc/hostname')"
    assert process(text).exit_message is None


def test_a_job_over_its_time_is_stopped(process: Process) -> None:
    outcome = process("import time; time.sleep(60)", request(StoppingCondition={"MaxRuntimeInSeconds": 1}))
    assert (outcome.status, outcome.secondary_status) == ("Stopped", "MaxRuntimeExceeded")
    assert outcome.status_message == "The job ran longer than its MaxRuntimeInSeconds of 1"


def test_a_stop_request_ends_a_running_job(process: Process) -> None:
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    outcome = process("import time; time.sleep(60)", cancel=cancel)
    assert (outcome.status, outcome.secondary_status) == ("Stopped", "Stopped")


def test_a_stop_request_before_the_start_runs_nothing(process: Process, lines: list[str]) -> None:
    cancel = threading.Event()
    cancel.set()
    assert process("print('ran')", cancel=cancel).status == "Stopped"
    assert lines == []


def replaced(path: str, value: Any) -> dict[str, Any]:
    """The request with one member, named by its path, set to another value."""
    changed = request("/opt/ml/processing/in", "/opt/ml/processing/out")
    *way, last = path.split("/")
    place: Any = changed
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("AppSpecification/ImageUri", "r/mine:1", "the image r/mine:1 is not in the sandbox"),
        ("AppSpecification/ContainerEntrypoint", [], "a processing image's own entry point is not in the sandbox"),
        ("ProcessingInputs/1/S3Input/S3Uri", "s3://bucket/none", "No S3 objects found under S3 URL"),
        (
            "ProcessingInputs/1/S3Input/S3DataType",
            "ManifestFile",
            "input in: S3DataType ManifestFile is not in the sandbox",
        ),
        ("ProcessingInputs/1/S3Input/S3InputMode", "Pipe", "input in: S3InputMode Pipe is not in the sandbox"),
        ("ProcessingInputs/1/S3Input/LocalPath", "/opt/ml/model", "must begin with /opt/ml/processing/"),
        ("ProcessingInputs/1/S3Input/LocalPath", "/etc", '"/etc" is not a path below /opt/ml'),
        ("ProcessingInputs/1/S3Input/LocalPath", "/opt/ml/processing/../../../x", "is not a path below /opt/ml"),
        ("ProcessingOutputConfig/Outputs/0/S3Output/S3Uri", "s3://none/x", "Data upload failed: the bucket none"),
        ("ProcessingResources/ClusterConfig/InstanceCount", 2, "several instances is not in the sandbox"),
    ],
)
def test_what_the_sandbox_cannot_do_is_named(process: Process, path: str, value: Any, reason: str) -> None:
    outcome = process(COPY, replaced(path, value))
    assert outcome.status == "Failed"
    assert reason in (outcome.failure_reason or "")
    assert (outcome.failure_reason or "").startswith("ClientError: ")


def test_a_second_run_finds_nothing_of_the_first(process: Process, lines: list[str]) -> None:
    text = "import pathlib, sys\np = pathlib.Path(sys.argv[1], 'left')\nprint(p.exists())\np.write_text('')"
    for _ in range(2):
        assert process(text, request("/opt/ml/processing/out")).status == "Completed"
    assert lines == ["False", "False"]


def test_a_runner_that_dies_fails_the_job_and_not_the_sandbox(objects: FolderObjectStore, folder: Path) -> None:
    objects.put(bucket="bucket", key="code/script.py", body=b"import os; os.kill(os.getppid(), 9)")
    objects.put(bucket="bucket", key="in/x", body=b"")
    with Runner(grace=1.0, fork=True) as own:
        outcome = run_processing_job(request=request(), folder=folder, objects=objects, runner=own, log=print)
    assert (outcome.status, (outcome.failure_reason or "").partition(":")[0]) == ("Failed", "InternalServerError")
