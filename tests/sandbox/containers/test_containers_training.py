"""A training job in script mode: what the script finds, and what becomes of what it leaves."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.containers.archive import pack
from sandbox.containers.job import JobOutcome
from sandbox.containers.runner import Runner
from sandbox.containers.toolkit import Training
from sandbox.containers.training import run_training_job
from tests.sandbox.containers.folder_objects import FolderObjectStore

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
MODEL_KEY = "models/train-1/output/model.tar.gz"
Train = Callable[..., JobOutcome]


def request(**members: Any) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/train/", "S3DataDistributionType": "FullyReplicated"}
    return {
        "TrainingJobName": "train-1",
        "RoleArn": "arn:aws:iam::123456789012:role/execution",
        "HyperParameters": {
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": '"s3://bucket/code/sourcedir.tar.gz"',
            "sagemaker_mpi_enabled": "false",
            "max-depth": "5",
            "eta": "0.1",
            "objective": '"reg:squarederror"',
            "v": "1",
        },
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "InputDataConfig": [
            {"ChannelName": "train", "DataSource": {"S3DataSource": source}, "ContentType": "text/csv"}
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **members,
    }


@pytest.fixture
def train(runner: Runner, objects: FolderObjectStore, folder: Path, lines: list[str], tmp_path: Path) -> Train:
    def run(text: str, **members: Any) -> JobOutcome:
        code = tmp_path / "source"
        code.mkdir(exist_ok=True)
        (code / "train.py").write_text(text)
        (code / "helper.py").write_text("NAME = 'helper'")
        objects.put(bucket="bucket", key="code/sourcedir.tar.gz", body=pack(code))
        objects.put(bucket="bucket", key="train/rows.csv", body=b"1,2\n")
        common: dict[str, Any] = {"folder": folder, "objects": objects, "runner": runner, "log": lines.append}
        return run_training_job(request=request(**members), **common)

    return run


SAVE = """
import os, pathlib
model = pathlib.Path(os.environ["SM_MODEL_DIR"])
(model / "code").mkdir()
(model / "code" / "inference.py").write_text("pass")
(model / "model.json").write_text(pathlib.Path(os.environ["SM_CHANNEL_TRAIN"], "rows.csv").read_text())
"""


def test_a_model_is_packed_and_uploaded(train: Train, objects: FolderObjectStore) -> None:
    outcome = train(SAVE)
    assert (outcome.status, outcome.model_artifact) == ("Completed", f"s3://bucket/{MODEL_KEY}")
    with tarfile.open(fileobj=io.BytesIO(objects.get(bucket="bucket", key=MODEL_KEY))) as model:
        assert model.getnames() == ["code/inference.py", "model.json"]
    assert objects.list(bucket="bucket", prefix="models") == [MODEL_KEY]


def test_the_same_training_gives_the_same_bytes(train: Train, objects: FolderObjectStore) -> None:
    models = set()
    for _ in range(2):
        train(SAVE)
        models.add(objects.get(bucket="bucket", key=MODEL_KEY))
    assert len(models) == 1


SHOW = """
import helper, json, os, sys
names = [n for n in os.environ if n.startswith(("SM_", "TRAINING_", "SAGEMAKER_", "CURRENT_"))]
print(json.dumps({"argv": sys.argv, "cwd": os.getcwd(), "helper": helper.NAME, "env": {n: os.environ[n] for n in names}}))
"""


def test_the_script_finds_what_the_toolkit_promises(train: Train, lines: list[str], folder: Path) -> None:
    assert train(SHOW, Environment={"EXTRA": "1"}).status == "Completed"
    seen = json.loads(lines[0])
    root = f"{folder}/opt/ml"
    assert seen["argv"][1:] == ["--eta", "0.1", "--max-depth", "5", "--objective", "reg:squarederror", "-v", "1"]
    assert (seen["cwd"], seen["helper"]) == (f"{root}/code", "helper")
    environment = seen["env"]
    expected = {
        "SM_MODEL_DIR": f"{root}/model",
        "SM_CHANNEL_TRAIN": f"{root}/input/data/train",
        "SM_CHANNELS": '["train"]',
        "SM_OUTPUT_DATA_DIR": f"{root}/output/data",
        "SM_OUTPUT_DIR": f"{root}/output",
        "SM_INPUT_CONFIG_DIR": f"{root}/input/config",
        "SM_HPS": '{"eta":0.1,"max-depth":5,"objective":"reg:squarederror","v":1}',
        "SM_HP_MAX-DEPTH": "5",
        "SM_HP_OBJECTIVE": "reg:squarederror",
        "SM_FRAMEWORK_PARAMS": '{"sagemaker_mpi_enabled":false}',
        "SM_HOSTS": '["algo-1"]',
        "SM_CURRENT_HOST": "algo-1",
        "SM_MODULE_NAME": "train",
        "SM_MODULE_DIR": "s3://bucket/code/sourcedir.tar.gz",
        "SM_USER_ENTRY_POINT": "train.py",
        "SM_NUM_GPUS": "0",
        "SM_LOG_LEVEL": "20",
        "TRAINING_JOB_NAME": "train-1",
        "TRAINING_JOB_ARN": "arn:aws:sagemaker:eu-west-1:123456789012:training-job/train-1",
    }
    assert {name: environment.get(name) for name in expected} == expected
    assert json.loads(environment["SM_USER_ARGS"]) == seen["argv"][1:]
    assert json.loads(environment["SM_TRAINING_ENV"])["channel_input_dirs"] == {"train": f"{root}/input/data/train"}
    assert json.loads(environment["SM_INPUT_DATA_CONFIG"])["train"]["ContentType"] == "text/csv"


def test_the_configuration_files_are_where_the_container_has_them(train: Train, folder: Path) -> None:
    train("pass")
    config = folder / "opt/ml/input/config"
    assert json.loads((config / "hyperparameters.json").read_text())["max-depth"] == "5"
    assert json.loads((config / "inputdataconfig.json").read_text())["train"]["TrainingInputMode"] == "File"
    assert json.loads((config / "resourceconfig.json").read_text())["hosts"] == ["algo-1"]


def test_nested_hyperparameters_become_arguments_as_in_the_toolkit() -> None:
    training = Training(
        job="x", hyperparameters={"map": {"k": 1, "b": 2}, "none": None, "flag": True}, channels={}, resources={}
    )
    assert training.arguments() == ["--flag", "True", "--map", "b=2,k=1", "--none", ""]


def test_the_failure_file_is_the_reason(train: Train, objects: FolderObjectStore) -> None:
    text = f"""{SAVE}
pathlib.Path(os.environ["SM_OUTPUT_DIR"], "failure").write_text("train.csv is empty")
pathlib.Path(os.environ["SM_OUTPUT_DATA_DIR"], "plot.html").write_text("<html>")
raise SystemExit(1)
"""
    outcome = train(text)
    assert outcome.failure_reason == "AlgorithmError: train.csv is empty, exit code: 1"
    assert outcome.model_artifact is None
    assert objects.list(bucket="bucket", prefix="models") == ["models/train-1/output/output.tar.gz"]


def test_without_a_failure_file_the_reason_names_the_command(train: Train, lines: list[str]) -> None:
    reason = train("1 / 0").failure_reason or ""
    assert reason.startswith('AlgorithmError: ExecuteUserScriptError:\nCommand "python3 -m train --eta 0.1 ')
    assert reason.endswith('", exit code: 1')
    assert lines[-1] == "ZeroDivisionError: division by zero"


def test_a_job_over_its_time_keeps_what_it_saved(train: Train) -> None:
    outcome = train(f"{SAVE}\nimport time; time.sleep(60)", StoppingCondition={"MaxRuntimeInSeconds": 1})
    assert (outcome.status, outcome.secondary_status) == ("Stopped", "MaxRuntimeExceeded")
    assert outcome.model_artifact == f"s3://bucket/{MODEL_KEY}"


def test_the_last_value_of_each_metric_is_reported(train: Train) -> None:
    definitions = [
        {"Name": "validation:rmse", "Regex": r"validation-rmse:([0-9.]+)"},
        {"Name": "absent", "Regex": "never ([0-9]+)"},
        {"Name": "odd", "Regex": "round (.*?):"},
    ]
    algorithm = {"TrainingImage": IMAGE, "TrainingInputMode": "File", "MetricDefinitions": definitions}
    outcome = train("for n in (3, 2): print(f'round x{n}: validation-rmse:{n}.5')", AlgorithmSpecification=algorithm)
    assert [(metric.name, metric.value) for metric in outcome.metrics] == [("validation:rmse", 2.5)]


def test_a_job_that_saves_nothing_completes_without_a_model(train: Train, lines: list[str]) -> None:
    outcome = train("pass")
    assert (outcome.status, outcome.model_artifact) == ("Completed", None)
    assert lines == ["No model: the job left nothing in /opt/ml/model"]


def test_a_link_in_the_model_fails_the_job(train: Train) -> None:
    text = "import os, pathlib\npathlib.Path(os.environ['SM_MODEL_DIR'], 'model.json').symlink_to('/etc/hostname')"
    assert "model.json: only files and folders can be kept" in (train(text).failure_reason or "")


SOURCE = {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/none"}
OWN = {"sagemaker_program": "train.py", "sagemaker_submit_directory": "s3://bucket/code/sourcedir.tar.gz"}


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
            {"AlgorithmSpecification": {"TrainingImage": IMAGE, "ContainerEntrypoint": ["/bin/bash"]}},
            "a training job with a ContainerEntrypoint is not in the sandbox; it runs script mode",
        ),
        ({"InputDataConfig": [{"ChannelName": "a", "DataSource": {"S3DataSource": SOURCE}}]}, "No S3 objects found"),
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
