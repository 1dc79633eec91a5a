from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from pipelines.settings import Settings

Node = dict[str, Any]


def _steps(definition: Node) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for step in definition["Steps"]:
        found[step["Name"]] = step
        for branch in ("IfSteps", "ElseSteps"):
            found |= {inner["Name"]: inner for inner in step["Arguments"].get(branch, [])}
    return found


def _references(value: object) -> Iterator[str]:
    """Every "Get" below a value, without those of the branches of a condition."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Get":
                yield inner
            elif key not in {"IfSteps", "ElseSteps"}:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def test_the_steps_have_the_names_and_types_that_a_user_sees(definition: Node) -> None:
    assert {name: step["Type"] for name, step in _steps(definition).items()} == {
        "Preprocess": "Processing",
        "Train": "Training",
        "Evaluate": "Processing",
        "QualityGate": "Condition",
        "RegisterModel": "RegisterModel",
        "CreateModel": "Model",
        "BatchTransform": "Transform",
        "Fail": "Fail",
    }


def test_registration_lies_behind_the_gate(definition: Node) -> None:
    gate = _steps(definition)["QualityGate"]["Arguments"]
    assert [step["Name"] for step in gate["IfSteps"]] == ["RegisterModel", "CreateModel", "BatchTransform"]
    assert [step["Name"] for step in gate["ElseSteps"]] == ["Fail"]
    assert [step["Name"] for step in definition["Steps"]] == ["Preprocess", "Train", "Evaluate", "QualityGate"]


@pytest.mark.parametrize(
    ("step", "upstream"),
    [
        ("Preprocess", set()),
        ("Train", {"Preprocess"}),
        ("Evaluate", {"Preprocess", "Train"}),
        ("QualityGate", {"Evaluate"}),
        ("RegisterModel", {"Train", "Evaluate"}),
        ("CreateModel", {"Train", "Evaluate"}),
        ("BatchTransform", {"CreateModel"}),
        ("Fail", {"Evaluate"}),
    ],
)
def test_each_step_waits_for_those_whose_outputs_it_uses(definition: Node, step: str, upstream: set[str]) -> None:
    names = {name.split(".")[1] for name in _references(_steps(definition)[step]["Arguments"]) if name[:6] == "Steps."}
    assert names == upstream


def test_the_parameters_have_the_defaults_of_the_settings(definition: Node, settings: Settings) -> None:
    assert {item["Name"]: item["DefaultValue"] for item in definition["Parameters"]} == {
        "ProcessingInstanceType": "ml.m5.xlarge",
        "ProcessingInstanceCount": 1,
        "TrainingInstanceType": "ml.m5.xlarge",
        "ModelApprovalStatus": "PendingManualApproval",
        "InputData": settings.input_data,
        "BatchData": settings.batch_data,
        "MseThreshold": 6.0,
    }


def test_every_parameter_is_used_and_every_used_one_exists(definition: Node) -> None:
    used = {
        name.split(".")[1]
        for step in _steps(definition).values()
        for name in _references(step)
        if name.startswith("Parameters.")
    }
    assert used == {item["Name"] for item in definition["Parameters"]}


def test_the_gate_compares_the_measured_mse_with_the_threshold(definition: Node) -> None:
    (condition,) = _steps(definition)["QualityGate"]["Arguments"]["Conditions"]
    assert condition["Type"] == "LessThanOrEqualTo"
    assert condition["LeftValue"]["Std:JsonGet"] == {
        "PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.Evaluation"},
        "Path": "regression_metrics.mse.value",
    }
    assert condition["RightValue"] == {"Get": "Parameters.MseThreshold"}


def test_the_failure_says_metric_and_threshold(definition: Node) -> None:
    join = _steps(definition)["Fail"]["Arguments"]["ErrorMessage"]["Std:Join"]
    assert "Std:JsonGet" in str(join["Values"])
    assert {"Get": "Parameters.MseThreshold"} in join["Values"]


def test_a_version_says_where_it_came_from(definition: Node, settings: Settings) -> None:
    register = _steps(definition)["RegisterModel"]["Arguments"]
    origin = register["CustomerMetadataProperties"]
    assert {"ModelSha256", "Commit", "DataUri", "ExecutionArn", "Mse"} <= origin.keys()
    assert origin["Commit"] == settings.commit
    assert register["ModelApprovalStatus"] == {"Get": "Parameters.ModelApprovalStatus"}
    statistics = register["ModelMetrics"]["ModelQuality"]["Statistics"]
    assert statistics["S3Uri"]["Std:Join"]["Values"][-1] == "evaluation.json"


def test_the_container_serves_our_script_and_checks_the_models_digest(definition: Node) -> None:
    registered = _steps(definition)["RegisterModel"]["Arguments"]["InferenceSpecification"]["Containers"][0]
    assert registered == _steps(definition)["CreateModel"]["Arguments"]["PrimaryContainer"]
    assert registered["Environment"]["SAGEMAKER_PROGRAM"] == "inference.py"
    assert registered["Environment"]["SAGEMAKER_SUBMIT_DIRECTORY"] == "/opt/ml/model/code"
    assert registered["Environment"]["MODEL_SHA256"]["Std:JsonGet"]["Path"] == "model.sha256"


def test_training_evaluation_and_serving_use_one_container_version(definition: Node) -> None:
    steps = _steps(definition)
    images = {
        steps["Train"]["Arguments"]["AlgorithmSpecification"]["TrainingImage"],
        steps["Evaluate"]["Arguments"]["AppSpecification"]["ImageUri"],
        steps["CreateModel"]["Arguments"]["PrimaryContainer"]["Image"],
    }
    assert len(images) == 1
    assert images.pop().endswith("sagemaker-xgboost:3.2-0")


@pytest.mark.parametrize("step", ["Preprocess", "Train", "Evaluate"])
def test_what_the_cache_compares_is_the_same_in_each_execution(definition: Node, step: str) -> None:
    """AWS compares these alone: https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-default-keys.html."""
    item = _steps(definition)[step]
    compared = ("AppSpecification", "Environment", "ProcessingInputs", "AlgorithmSpecification", "HyperParameters")
    keys = {key: item["Arguments"].get(key) for key in (*compared, "InputDataConfig")}
    assert item["CacheConfig"] == {"Enabled": True, "ExpireAfter": "P30D"}
    assert not [name for name in _references(keys) if name.startswith("Execution.")]


def test_jobs_are_retried_on_throttling_and_for_want_of_capacity(definition: Node) -> None:
    for name, step in _steps(definition).items():
        retried = {kind for policy in step.get("RetryPolicies", []) for kind in policy["ExceptionType"]}
        if step["Type"] in {"Processing", "Training", "Transform"}:
            assert {"Step.THROTTLING", "SageMaker.CAPACITY_ERROR"} <= retried, name
        elif step["Type"] in {"Model", "RegisterModel"}:
            assert retried == {"Step.THROTTLING", "Step.SERVICE_FAULT"}, name


@pytest.mark.usefixtures("aws")
def test_the_same_commit_and_settings_give_the_same_bytes(
    build_definition: Callable[[Settings], str], settings: Settings, definition: Node
) -> None:
    first, second = build_definition(settings), build_definition(settings)
    assert first == second
    assert json.loads(first) == definition


@pytest.mark.usefixtures("aws")
def test_another_commit_changes_nothing_that_the_cache_compares(
    build_definition: Callable[[Settings], str], settings: Settings, definition: Node
) -> None:
    other = json.loads(build_definition(replace(settings, commit="f" * 40)))
    assert other != definition
    assert other["Steps"][:3] == definition["Steps"][:3]


def test_no_code_lies_under_a_time_stamp(definition: Node) -> None:
    uris = re.findall(r"s3://artifacts/code/[^\"]+", json.dumps(definition))
    assert len(uris) == 3
    assert all(re.match(r"s3://artifacts/code/[0-9a-f]{64}(/sourcedir\.tar\.gz)?$", uri) for uri in uris)
