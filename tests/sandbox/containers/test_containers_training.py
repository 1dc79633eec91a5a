"""A training job in script mode: what the script finds, and what becomes of what it leaves."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from sandbox.containers.runner import Runner
from sandbox.containers.toolkit import Training
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


SHOW = """
import helper, json, os, sys
names = [n for n in os.environ if n.startswith(("SM_", "TRAINING_", "SAGEMAKER_", "CURRENT_"))]
print(json.dumps({"argv": sys.argv, "cwd": os.getcwd(), "helper": helper.NAME, "env": {n: os.environ[n] for n in names}}))
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


@pytest.mark.parametrize("mount", [True, False])
def test_the_script_finds_what_the_toolkit_promises(train: Train, lines: list[str], folder: Path, mount: bool) -> None:
    with Runner(environment={"AWS_REGION": "eu-west-1"}, mount=mount) as by:
        assert train(SHOW, by=by, Environment={"SM_MODEL_DIR": "the toolkit wins"}).status == "Completed"
        root = "/opt/ml" if by.mounts else f"{folder}/opt/ml"
    seen = json.loads(next(line for line in lines if line.startswith("{")))
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
    assert "OMP_NUM_THREADS" not in environment
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


def test_the_last_value_of_each_metric_is_reported(train: Train) -> None:
    definitions = [
        {"Name": "validation:rmse", "Regex": r"validation-rmse:([0-9.]+)"},
        {"Name": "absent", "Regex": "never ([0-9]+)"},
        {"Name": "odd", "Regex": "round (.*?):"},
    ]
    algorithm = {"TrainingImage": XGBOOST, "TrainingInputMode": "File", "MetricDefinitions": definitions}
    outcome = train("for n in (3, 2): print(f'round x{n}: validation-rmse:{n}.5')", AlgorithmSpecification=algorithm)
    assert [(metric.name, metric.value) for metric in outcome.metrics] == [("validation:rmse", 2.5)]
