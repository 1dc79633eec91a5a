"""A processing job, from the API's request to an outcome."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from sandbox.containers.processing import run_processing_job
from sandbox.containers.runner import Runner
from tests.sandbox.containers.folder_objects import FolderObjectStore
from tests.sandbox.containers.job_requests import (
    Process,
    processing_request,
)

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
    outcome = process(COPY, processing_request("/opt/ml/processing/in", "/opt/ml/processing/out"))
    assert (outcome.status, outcome.failure_reason, outcome.exit_code) == ("Completed", None, 0)
    assert objects.get(bucket="bucket", key="out/deep/copy.csv") == b"1\n2\n"
    assert (lines, outcome.started < outcome.ended) == (["copied"], True)


@pytest.mark.parametrize("mount", [True, False])
def test_the_configuration_files_and_variables_are_the_containers(
    process: Process, lines: list[str], folder: Path, mount: bool
) -> None:
    text = """
import json, os, pathlib
base = pathlib.Path(os.environ["SM_OUTPUT_DIR"]).parent
job = json.loads((base / "config/processingjobconfig.json").read_text())
print(job["ProcessingJobArn"], job["ProcessingInputs"][1]["S3Input"]["LocalPath"], job["Environment"]["DATA"])
print(json.loads((base / "config/resourceconfig.json").read_text()))
print(os.environ["DATA"], os.environ["AWS_REGION"])
"""
    asked = processing_request(Environment={"DATA": "/opt/ml/processing/in"})
    with Runner(environment={"AWS_REGION": "eu-west-1"}, mount=mount) as runner:
        assert process(text, asked, runner=runner).status == "Completed"
        data = "/opt/ml/processing/in" if runner.mounts else f"{folder}/opt/ml/processing/in"
    assert lines == [
        f"arn:aws:sagemaker:eu-west-1:123456789012:processing-job/prepare-1 {data} {data}",
        "{'current_host': 'algo-1', 'hosts': ['algo-1']}",
        f"{data} eu-west-1",
    ]


def test_a_job_over_its_time_is_stopped(process: Process) -> None:
    outcome = process("import time; time.sleep(60)", processing_request(StoppingCondition={"MaxRuntimeInSeconds": 1}))
    assert (outcome.status, outcome.secondary_status) == ("Stopped", "MaxRuntimeExceeded")
    assert outcome.status_message == "The job ran longer than its MaxRuntimeInSeconds of 1"


def test_a_stop_request_ends_a_running_job(process: Process, tmp_path: Path) -> None:
    cancel, begun = threading.Event(), tmp_path / "begun"

    def stop() -> None:
        while not begun.exists():
            time.sleep(0.05)
        cancel.set()

    threading.Thread(target=stop, daemon=True).start()
    outcome = process(f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(60)", cancel=cancel)
    assert (outcome.status, outcome.secondary_status) == ("Stopped", "Stopped")


def test_a_stop_request_before_the_start_runs_nothing(process: Process, lines: list[str]) -> None:
    cancel = threading.Event()
    cancel.set()
    assert process("print('ran')", cancel=cancel).status == "Stopped"
    assert lines == []


def test_a_second_run_finds_nothing_of_the_first(process: Process, lines: list[str]) -> None:
    text = "import pathlib, sys\np = pathlib.Path(sys.argv[1], 'left')\nprint(p.exists())\np.write_text('')"
    for _ in range(2):
        assert process(text, processing_request("/opt/ml/processing/out")).status == "Completed"
    assert lines == ["False", "False"]


def test_a_runner_that_dies_fails_the_job_and_not_the_sandbox(objects: FolderObjectStore, folder: Path) -> None:
    objects.put(bucket="bucket", key="code/script.py", body=b"import os; os.kill(os.getppid(), 9)")
    objects.put(bucket="bucket", key="in/x", body=b"")
    with Runner(grace=1.0, fork=True) as own:
        outcome = run_processing_job(
            request=processing_request(), folder=folder, objects=objects, runner=own, log=print
        )
    assert (outcome.status, (outcome.failure_reason or "").partition(":")[0]) == ("Failed", "InternalServerError")
