"""The steps from data to evidence: Preprocess, Train and Evaluate, each as the request of its API operation."""

from __future__ import annotations

from typing import Any

from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow.lambda_step import LambdaStep
from sagemaker.mlops.workflow.steps import StepTypeEnum

from pipelines.abalone.definition import CACHE, INSTALLS_OFFLINE, Build, step_code
from pipelines.abalone.hyperparameters import HyperParameters
from pipelines.request_step import RequestStep

INPUT = "/opt/ml/processing/input"
OUTPUT = "/opt/ml/processing/output"
MAX_RUNTIME = {"MaxRuntimeInSeconds": 3600}
READING = ("dataset.py", "failure.py", "features.py", "input_data.py", "parquet.py")
EVALUATION = PropertyFile(name="Evaluation", output_name="evaluation", path="evaluation.json")


def preprocess_step(build: Build, check: LambdaStep) -> RequestStep:
    arguments = ["--input", f"{INPUT}/data"]
    for split in ("train", "validation", "test"):
        arguments += [f"--{split}", f"{OUTPUT}/{split}"]
    code = build.code.upload_folder(step_code("preprocess.py", *READING))
    request = _processing_job(build, build.sklearn_image, _script("preprocess.py", arguments)) | {
        # Part of the cache's key, which the content under InputData is not.
        "Environment": {
            "DATA_VERSION": check.properties.Outputs["DataVersion"],
            "CACHE_KEY": build.parameters.cache_key,
        },
        "ProcessingInputs": [
            _input("code", code),
            _input("data", build.parameters.input_data, kind=build.parameters.input_data_type),
        ],
        "ProcessingOutputConfig": _outputs(build, "Preprocess", "train", "validation", "test"),
    }
    return RequestStep("Preprocess", StepTypeEnum.PROCESSING, request=request, cache=CACHE)


def train_step(build: Build, preprocess: RequestStep) -> RequestStep:
    code = step_code("train.py", "dataset.py", "failure.py", "features.py", "hyperparameters.py", "inference.py")
    request: dict[str, Any] = {
        # No MetricDefinitions: to CreateTrainingJob this image is one of Amazon's algorithms, in script mode too, and it
        # answers "You can't override the metric definitions for Amazon SageMaker algorithms".
        "AlgorithmSpecification": {"TrainingImage": build.xgboost_image, "TrainingInputMode": "File"},
        "Environment": INSTALLS_OFFLINE,
        "HyperParameters": {name: str(value) for name, value in vars(HyperParameters()).items()}
        | {
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": build.code.upload_archive(code),
            "sagemaker_region": build.settings.region,
        },
        "InputDataConfig": [_channel(split, _s3_uri(preprocess, split)) for split in ("train", "validation")],
        "OutputDataConfig": {"S3OutputPath": build.output("Train"), **build.settings.encryption},
        "ResourceConfig": {
            "InstanceType": build.parameters.training_instance_type,
            "InstanceCount": 1,
            "VolumeSizeInGB": 30,
        },
        "StoppingCondition": MAX_RUNTIME,
        "RoleArn": build.settings.model_role,
        **build.settings.vpc_config,
    }
    return RequestStep("Train", StepTypeEnum.TRAINING, request=request, cache=CACHE)


def evaluate_step(build: Build, preprocess: RequestStep, train: RequestStep) -> RequestStep:
    modules = (
        "archive.py",
        "dataset.py",
        "failure.py",
        "features.py",
        "inference.py",
        "metrics.py",
        "plots.py",
        "report.py",
    )
    code = build.code.upload_folder(step_code("evaluate.py", *modules))
    arguments = ["--model", f"{INPUT}/model", "--test", f"{INPUT}/test", "--output", f"{OUTPUT}/evaluation"]
    request = _processing_job(build, build.xgboost_image, _script("evaluate.py", arguments)) | {
        "ProcessingInputs": [
            _input("code", code),
            _input("model", train.properties.ModelArtifacts.S3ModelArtifacts),
            _input("test", _s3_uri(preprocess, "test")),
        ],
        "ProcessingOutputConfig": _outputs(build, "Evaluate", "evaluation"),
    }
    return RequestStep("Evaluate", StepTypeEnum.PROCESSING, request=request, cache=CACHE, property_files=(EVALUATION,))


def evaluation_uri(evaluate: RequestStep) -> Join:
    return Join(on="/", values=[_s3_uri(evaluate, "evaluation"), EVALUATION.path])


def _processing_job(build: Build, image: str, script: dict[str, Any]) -> dict[str, Any]:
    vpc = build.settings.vpc_config
    return {
        "AppSpecification": {"ImageUri": image} | script,
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceType": build.parameters.processing_instance_type,
                "InstanceCount": 1,  # the scripts read all of their input: a second instance would do the same work again
                "VolumeSizeInGB": 30,
            }
        },
        "StoppingCondition": MAX_RUNTIME,
        "RoleArn": build.settings.model_role,
        **({"NetworkConfig": vpc} if vpc else {}),
    }


def _script(name: str, arguments: list[str]) -> dict[str, Any]:
    return {"ContainerEntrypoint": ["python3", f"{INPUT}/code/{name}"], "ContainerArguments": arguments}


def _input(name: str, uri: Any, *, kind: Any = "S3Prefix") -> dict[str, Any]:
    source = {"S3Uri": uri, "LocalPath": f"{INPUT}/{name}", "S3DataType": kind, "S3InputMode": "File"}
    return {"InputName": name, "S3Input": source}


def _outputs(build: Build, step: str, *names: str) -> dict[str, Any]:
    return {"Outputs": [_output(build, step, name) for name in names], **build.settings.encryption}


def _output(build: Build, step: str, name: str) -> dict[str, Any]:
    target = {"S3Uri": build.output(f"{step}/{name}"), "LocalPath": f"{OUTPUT}/{name}", "S3UploadMode": "EndOfJob"}
    return {"OutputName": name, "S3Output": target}


def _channel(name: str, uri: Any) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": name, "ContentType": "text/csv", "DataSource": {"S3DataSource": source}}


def _s3_uri(step: RequestStep, output: str) -> Any:
    return step.properties.ProcessingOutputConfig.Outputs[output].S3Output.S3Uri
