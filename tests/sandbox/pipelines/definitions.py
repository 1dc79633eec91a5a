"""Pipeline definitions, from parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
ROLE = "arn:aws:iam::000000000000:role/job"


def definition(*steps: Json, parameters: list[Json] | None = None, **more: Any) -> Json:
    return {"Version": "2020-12-01", "Metadata": {}, "Parameters": parameters or [], "Steps": list(steps), **more}


def get(reference: str) -> Json:
    return {"Get": reference}


def join(*values: Any, on: str = "") -> Json:
    return {"Std:Join": {"On": on, "Values": list(values)}}


def json_get(step: str, path: str, file: str = "Evaluation") -> Json:
    return {"Std:JsonGet": {"PropertyFile": {"Get": f"Steps.{step}.PropertyFiles.{file}"}, "Path": path}}


def processing(name: str, *, source: Any = "s3://bucket/in", instances: Any = 1, **more: Any) -> Json:
    """Writes evaluation.json to s3://bucket/<name>, its property file `Evaluation`."""
    output = {"S3Uri": f"s3://bucket/{name}", "LocalPath": "/opt/ml/processing/output", "S3UploadMode": "EndOfJob"}
    given = {"S3Uri": source, "LocalPath": "/opt/ml/processing/input", "S3DataType": "S3Prefix", "S3InputMode": "File"}
    cluster = {"InstanceType": "ml.m5.xlarge", "InstanceCount": instances, "VolumeSizeInGB": 30}
    return {
        "Name": name,
        "Type": "Processing",
        "Arguments": {
            "AppSpecification": {"ImageUri": "image", "ContainerEntrypoint": ["python3", "x.py"]},
            "ProcessingResources": {"ClusterConfig": cluster},
            "RoleArn": ROLE,
            "ProcessingInputs": [{"InputName": "data", "S3Input": given}],
            "ProcessingOutputConfig": {"Outputs": [{"OutputName": "out", "S3Output": output}]},
        },
        "PropertyFiles": [{"PropertyFileName": "Evaluation", "OutputName": "out", "FilePath": "evaluation.json"}],
        **more,
    }


def training(name: str, *, source: Any = "s3://bucket/in", **more: Any) -> Json:
    data = {"S3DataType": "S3Prefix", "S3Uri": source, "S3DataDistributionType": "FullyReplicated"}
    return {
        "Name": name,
        "Type": "Training",
        "Arguments": {
            "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
            "HyperParameters": {"eta": "0.1"},
            "InputDataConfig": [{"ChannelName": "train", "DataSource": {"S3DataSource": data}}],
            "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
            "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
            "RoleArn": ROLE,
        },
        **more,
    }


def model(name: str, artifact: Any, **more: Any) -> Json:
    container = {"Image": "image", "ModelDataUrl": artifact}
    return {
        "Name": name,
        "Type": "Model",
        "Arguments": {"PrimaryContainer": container, "ExecutionRoleArn": ROLE},
        **more,
    }


def transform(name: str, model_name: Any, **more: Any) -> Json:
    source = {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/batch"}}}
    return {
        "Name": name,
        "Type": "Transform",
        "Arguments": {
            "ModelName": model_name,
            "TransformInput": source,
            "TransformOutput": {"S3OutputPath": "s3://bucket/scores"},
            "TransformResources": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1},
        },
        **more,
    }


def register(name: str, artifact: Any, **more: Any) -> Json:
    inference = {
        "Containers": [{"Image": "image", "ModelDataUrl": artifact}],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    }
    arguments = {"ModelPackageGroupName": "group", "InferenceSpecification": inference, **more.pop("arguments", {})}
    return {"Name": name, "Type": "RegisterModel", "Arguments": arguments, **more}


def condition(
    name: str, *conditions: Json, then: list[Json] | None = None, otherwise: list[Json] | None = None, **more: Any
) -> Json:
    arguments = {"Conditions": list(conditions), "IfSteps": then or [], "ElseSteps": otherwise or []}
    return {"Name": name, "Type": "Condition", "Arguments": arguments, **more}


def fail(name: str, message: Any = "no", **more: Any) -> Json:
    return {"Name": name, "Type": "Fail", "Arguments": {"ErrorMessage": message}, **more}


FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:look"


def function(name: str, *, arguments: Json | None = None, outputs: Mapping[str, str] | None = None) -> Json:
    """A Lambda step; `outputs` are its output parameters' types."""
    declared = [{"OutputName": each, "OutputType": kind} for each, kind in (outputs or {}).items()]
    return {
        "Name": name,
        "Type": "Lambda",
        "FunctionArn": FUNCTION,
        "Arguments": arguments or {},
        "OutputParameters": declared,
    }


def at_most(left: Any, right: Any) -> Json:
    return {"Type": "LessThanOrEqualTo", "LeftValue": left, "RightValue": right}


def cached(expires_after: str = "P30D") -> Json:
    return {"CacheConfig": {"Enabled": True, "ExpireAfter": expires_after}}


def gated(threshold: Any = 6.0) -> Json:
    """The usual shape: train, evaluate, and by the metric register or fail."""
    artifact = get("Steps.Train.ModelArtifacts.S3ModelArtifacts")
    mse = json_get("Evaluate", "metrics.mse.value")
    message = join("the MSE,", mse, ", is above", threshold, on=" ")
    return definition(
        processing("Preprocess"),
        training("Train", source=get("Steps.Preprocess.ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri")),
        processing("Evaluate", source=artifact),
        condition(
            "Gate",
            at_most(mse, threshold),
            then=[
                register("Register", artifact, arguments={"CustomerMetadataProperties": {"Mse": join(mse)}}),
                model("CreateModel", artifact),
                transform("Score", get("Steps.CreateModel.ModelName")),
            ],
            otherwise=[fail("TooBad", message)],
        ),
    )
