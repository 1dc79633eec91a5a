from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.abalone.containers.archive import ALLOWED
from pipelines.command import load_pipeline
from pipelines.settings import Settings

Node = dict[str, Any]


def _steps(definition: Node) -> dict[str, Node]:
    found: dict[str, Node] = {}
    waiting = [*definition["Steps"]]
    while waiting:
        step = waiting.pop()
        found[step["Name"]] = step
        waiting += [inner for branch in ("IfSteps", "ElseSteps") for inner in step["Arguments"].get(branch, [])]
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
        "CheckData": "Lambda",
        "Preprocess": "Processing",
        "Train": "Training",
        "Evaluate": "Processing",
        "QualityGate": "Condition",
        "SealModel": "Lambda",
        "RegisterModel": "RegisterModel",
        "BatchGiven": "Condition",
        "CreateModel": "Model",
        "BatchTransform": "Transform",
        "Fail": "Fail",
    }


def _output_configurations(value: object) -> Iterator[Node]:
    """Whatever says where a job's outputs go, in any step, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"ProcessingOutputConfig", "OutputDataConfig", "TransformOutput"}:
                yield inner
            yield from _output_configurations(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _output_configurations(inner)


def test_every_output_of_a_job_is_encrypted_with_the_projects_key(definition: Node, settings: Settings) -> None:
    jobs = {
        name for name, step in _steps(definition).items() if step["Type"] in {"Processing", "Training", "Transform"}
    }
    found = list(_output_configurations(definition["Steps"]))
    assert len(found) == len(jobs) == 4
    assert [each.get("KmsKeyId") for each in found] == [settings.kms_key] * 4


def test_registration_lies_behind_the_gate(definition: Node) -> None:
    gate = _steps(definition)["QualityGate"]["Arguments"]
    assert [step["Name"] for step in gate["IfSteps"]] == ["SealModel", "RegisterModel", "BatchGiven"]
    assert [step["Name"] for step in gate["ElseSteps"]] == ["Fail"]
    names = ["CheckData", "Preprocess", "Train", "Evaluate", "QualityGate"]
    assert [step["Name"] for step in definition["Steps"]] == names


def test_a_batch_is_predicted_where_the_check_found_one_and_else_nothing_is_made(definition: Node) -> None:
    given = _steps(definition)["BatchGiven"]["Arguments"]
    assert given["Conditions"] == [
        {
            "Type": "Equals",
            "LeftValue": {"Get": "Steps.CheckData.OutputParameters['BatchFound']"},
            "RightValue": "yes",
        }
    ]
    assert [step["Name"] for step in given["IfSteps"]] == ["CreateModel", "BatchTransform"]
    assert given["ElseSteps"] == []


def test_the_check_is_given_what_the_run_would_read_and_is_never_reused(definition: Node, settings: Settings) -> None:
    check = _steps(definition)["CheckData"]
    assert check["FunctionArn"] == settings.data_check
    assert check["Arguments"] == {
        "inputData": {"Get": "Parameters.InputData"},
        "inputDataType": {"Get": "Parameters.InputDataType"},
        "batchData": {"Get": "Parameters.BatchData"},
    }
    assert "CacheConfig" not in check


@pytest.mark.usefixtures("sdk", "aws")
def test_a_build_warns_of_nothing(settings: Settings) -> None:
    """In this process warnings are errors; the SDK has one for each function that it is not to update."""
    assert load_pipeline(settings).definition()


@pytest.mark.usefixtures("sdk", "aws")
def test_a_build_leaves_no_folder_behind(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, mkdir = [], os.mkdir

    def recorded(path: str, *rest: Any, **named: Any) -> None:
        made.append(Path(path))
        mkdir(path, *rest, **named)

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(os, "mkdir", recorded)
    assert load_pipeline(settings).definition()
    assert made and all(tmp_path in path.parents for path in made)
    assert list(tmp_path.iterdir()) == []


def test_the_version_of_the_data_is_the_checks_and_part_of_the_cache_key(definition: Node) -> None:
    """SageMaker compares image, variables and URIs, and no content."""
    version = {"Get": "Steps.CheckData.OutputParameters['DataVersion']"}
    preprocess = _steps(definition)["Preprocess"]["Arguments"]
    assert preprocess["Environment"] == {"DATA_VERSION": version, "CACHE_KEY": {"Get": "Parameters.CacheKey"}}
    data = preprocess["ProcessingInputs"][1]["S3Input"]
    assert data["S3Uri"] == {"Get": "Parameters.InputData"}
    assert data["S3DataType"] == {"Get": "Parameters.InputDataType"}
    registered = _steps(definition)["RegisterModel"]["Arguments"]["CustomerMetadataProperties"]
    assert registered["DataVersion"] == version
    assert registered["DataChange"] == {"Get": "Steps.CheckData.OutputParameters['DataChange']"}


@pytest.mark.parametrize("step", ["Preprocess", "Evaluate"])
def test_a_processing_job_has_one_instance_whatever_is_asked(definition: Node, step: str) -> None:
    """A second one would read all of the input and do the same work again."""
    assert _steps(definition)[step]["Arguments"]["ProcessingResources"]["ClusterConfig"]["InstanceCount"] == 1


@pytest.mark.parametrize(
    ("step", "upstream"),
    [
        ("CheckData", set()),
        ("Preprocess", {"CheckData"}),
        ("Train", {"Preprocess"}),
        ("Evaluate", {"Preprocess", "Train"}),
        ("QualityGate", {"Evaluate"}),
        ("SealModel", {"Train", "Evaluate"}),
        ("RegisterModel", {"CheckData", "Evaluate", "SealModel"}),
        ("BatchGiven", {"CheckData"}),
        ("CreateModel", {"Evaluate", "SealModel"}),
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
        "TrainingInstanceType": "ml.m5.xlarge",
        "ModelApprovalStatus": "PendingManualApproval",
        "InputData": settings.input_data,
        "InputDataType": "S3Prefix",
        "BatchData": settings.batch_data,
        "CacheKey": "shared",
        "MseThreshold": 6.0,
    }


@pytest.mark.usefixtures("sdk", "aws")
@pytest.mark.parametrize(
    ("approval", "default", "values"),
    [
        ("person", "PendingManualApproval", ["PendingManualApproval", "Rejected"]),
        ("gates", "Approved", ["PendingManualApproval", "Approved", "Rejected"]),
    ],
)
def test_a_run_can_register_an_approved_version_only_where_the_gates_approve(
    settings: Settings, build_definition: Callable[[Settings], str], approval: str, default: str, values: list[str]
) -> None:
    built = json.loads(build_definition(replace(settings, approval=approval)))
    [status] = [each for each in built["Parameters"] if each["Name"] == "ModelApprovalStatus"]
    assert (status["DefaultValue"], status["EnumValues"]) == (default, values)


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
    found = iter(["7.25", "6.0"])
    said = join["On"].join(value if isinstance(value, str) else next(found) for value in join["Values"])
    assert said == "The MSE on the test split, 7.25, is above the threshold, 6.0: nothing was registered."


def test_what_is_sealed_is_what_evaluate_measured(definition: Node, settings: Settings) -> None:
    seal = _steps(definition)["SealModel"]
    assert seal["FunctionArn"] == settings.model_seal
    assert "CacheConfig" not in seal
    asked = dict(seal["Arguments"])
    assert asked.pop("modelUri") == {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}
    assert {name: value["Std:JsonGet"]["Path"] for name, value in asked.items()} == {
        "archiveSha256": "model.archive_sha256",
        "modelSha256": "model.sha256",
    }


def test_versions_and_models_name_the_sealed_archive_and_a_version_every_digest(definition: Node) -> None:
    """No step behind the gate reads what a job may still write over."""
    steps = _steps(definition)
    sealed = {"Get": "Steps.SealModel.OutputParameters['ModelUri']"}
    register = steps["RegisterModel"]["Arguments"]
    assert register["InferenceSpecification"]["Containers"][0]["ModelDataUrl"] == sealed
    assert steps["CreateModel"]["Arguments"]["PrimaryContainer"]["ModelDataUrl"] == sealed
    outputs = {each["OutputName"] for each in steps["SealModel"]["OutputParameters"]} - {"ModelUri"}
    assert outputs == {f"{each}Sha256" for each in ("Archive", "Model", "Golden", "Inference", "Features")}
    assert len(outputs) == 1 + len(ALLOWED), "the archive's own, and one for each of its files"
    for name in outputs:
        found = register["CustomerMetadataProperties"][name]
        assert found == {"Get": f"Steps.SealModel.OutputParameters['{name}']"}


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


def test_the_container_installs_our_code_without_a_network(definition: Node) -> None:
    steps = _steps(definition)
    for environment in (
        steps["Train"]["Arguments"]["Environment"],
        steps["CreateModel"]["Arguments"]["PrimaryContainer"]["Environment"],
    ):
        assert environment["PIP_NO_BUILD_ISOLATION"] == "0"  # what pip makes of it is tested in the sandbox


def test_no_metrics_are_defined_beside_an_algorithm_of_amazons(definition: Node) -> None:
    assert "MetricDefinitions" not in _steps(definition)["Train"]["Arguments"]["AlgorithmSpecification"]


def test_training_evaluation_and_serving_use_one_container_version(definition: Node) -> None:
    steps = _steps(definition)
    images = {
        steps["Train"]["Arguments"]["AlgorithmSpecification"]["TrainingImage"],
        steps["Evaluate"]["Arguments"]["AppSpecification"]["ImageUri"],
        steps["CreateModel"]["Arguments"]["PrimaryContainer"]["Image"],
    }
    assert len(images) == 1
    assert images.pop().endswith("sagemaker-xgboost:3.2-0")
