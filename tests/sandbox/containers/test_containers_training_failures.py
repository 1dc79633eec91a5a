"""A training job that fails, or ends early, says why, and keeps what there is to keep."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.containers.folder_objects import FolderObjectStore
from tests.sandbox.containers.job_requests import (
    XGBOOST,
    Train,
)

MODEL_KEY = "models/train-1/output/model.tar.gz"
SAVE = """
import os, pathlib
model = pathlib.Path(os.environ["SM_MODEL_DIR"])
(model / "code").mkdir()
(model / "code" / "inference.py").write_text("pass")
(model / "model.json").write_text(pathlib.Path(os.environ["SM_CHANNEL_TRAIN"], "rows.csv").read_text())
"""


SOURCE = {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/none"}
OWN = {"sagemaker_program": "train.py", "sagemaker_submit_directory": "s3://bucket/code/sourcedir.tar.gz"}


def test_what_a_script_left_in_the_failure_file_is_in_the_log(
    train: Train, objects: FolderObjectStore, lines: list[str]
) -> None:
    text = f"""{SAVE}
pathlib.Path(os.environ["SM_OUTPUT_DIR"], "failure").write_text("train.csv is empty")
pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"], "plot.html").write_text("<html>")
raise SystemExit(2)
"""
    outcome = train(text)
    command = "/opt/venv/bin/python3 -m train --eta 0.1 --max-depth 5 --objective reg:squarederror -v 1"
    assert outcome.failure_reason == f'AlgorithmError: ExecuteUserScriptError:\nCommand "{command}", exit code: 1'
    assert outcome.exit_code == 1  # the toolkit's own, whatever the script ended with
    assert lines[-1].endswith("/opt/ml/output/failure, which its container writes over: train.csv is empty")
    assert outcome.model_artifact is None
    assert objects.list(bucket="bucket", prefix="models") == ["models/train-1/output/output.tar.gz"]


def test_without_a_failure_file_the_reason_names_the_command(train: Train, lines: list[str]) -> None:
    reason = train("1 / 0").failure_reason or ""
    assert reason.startswith(
        'AlgorithmError: ExecuteUserScriptError:\nCommand "/opt/venv/bin/python3 -m train --eta 0.1 '
    )
    assert reason.endswith('", exit code: 1')
    assert lines[-1] == "ZeroDivisionError: division by zero"


def test_a_job_over_its_time_keeps_what_it_saved(train: Train) -> None:
    outcome = train(f"{SAVE}\nimport time; time.sleep(60)", StoppingCondition={"MaxRuntimeInSeconds": 2})
    assert (outcome.status, outcome.secondary_status) == ("Stopped", "MaxRuntimeExceeded")
    assert outcome.model_artifact == f"s3://bucket/{MODEL_KEY}"


def test_a_job_that_saves_nothing_completes_without_a_model(train: Train, lines: list[str]) -> None:
    outcome = train("pass")
    assert (outcome.status, outcome.model_artifact) == ("Completed", None)
    assert lines[-1] == "No model: the job left nothing in /opt/ml/model"


def test_a_link_in_the_model_fails_the_job(train: Train) -> None:
    text = "import os, pathlib\npathlib.Path(os.environ['SM_MODEL_DIR'], 'model.json').symlink_to('/etc/hostname')"
    assert "model.json: only files and folders can be kept" in (train(text).failure_reason or "")


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"HyperParameters": {"max_depth": "5"}}, "training without a script (algorithm mode) is not in the sandbox"),
        ({"HyperParameters": {**OWN, "sagemaker_program": "run.sh"}}, "sagemaker_program run.sh is not in the sandbox"),
        (
            {"HyperParameters": {**OWN, "sagemaker_program": "b.py"}},
            "sagemaker_program b.py is not in s3://bucket/code",
        ),
        (
            {"HyperParameters": {**OWN, "sagemaker_submit_directory": "s3://bucket/no"}},
            "Could not find the object s3://bucket/no",
        ),
        (
            {"HyperParameters": {**OWN, "sagemaker_submit_directory": "s3://bucket/train/rows.csv"}},
            "not a whole gzip file",
        ),
        ({"AlgorithmSpecification": {"TrainingImage": "r/x:1"}}, "the image r/x:1 is not in the sandbox"),
        ({"AlgorithmSpecification": {"AlgorithmName": "x"}}, "an AlgorithmName is not in the sandbox"),
        (
            {"AlgorithmSpecification": {"TrainingImage": XGBOOST, "ContainerEntrypoint": ["/bin/bash"]}},
            "a training job with a ContainerEntrypoint is not in the sandbox; it runs script mode",
        ),
        ({"InputDataConfig": [{"ChannelName": "a", "DataSource": {"S3DataSource": SOURCE}}]}, "matched no files on s3"),
        (
            {"InputDataConfig": [{"ChannelName": "a", "DataSource": {"S3DataSource": SOURCE}, "InputMode": "Pipe"}]},
            "channel a: input mode Pipe or compression is not in the sandbox",
        ),
        (
            {"InputDataConfig": [{"ChannelName": "a", "DataSource": {"FileSystemDataSource": {}}}]},
            "other than S3DataSource",
        ),
        ({"ResourceConfig": {"InstanceCount": 2}}, "training on several instances is not in the sandbox"),
        ({"CheckpointConfig": {"S3Uri": "s3://bucket/c"}}, "CheckpointConfig is not in the sandbox"),
        ({"OutputDataConfig": {"S3OutputPath": "s3://none/x"}}, "Data upload failed: the bucket none"),
    ],
)
def test_what_cannot_be_trained_fails_with_its_name(train: Train, members: dict[str, Any], reason: str) -> None:
    outcome = train(SAVE, **members)
    assert outcome.status == "Failed"
    assert reason in (outcome.failure_reason or "")
