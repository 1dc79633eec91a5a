"""Requests that each kind of job would be created with, and inference scripts to serve."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.containers.job import JobOutcome
from sandbox.containers.serving import ModelServer

SKLEARN = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3"
XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
Script = Callable[[str], Path]
Process = Callable[..., JobOutcome]
Train = Callable[..., JobOutcome]
Transform = Callable[..., JobOutcome]
Serve = Callable[..., ModelServer]


def processing_request(*words: str, **members: Any) -> dict[str, Any]:
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
            "ImageUri": SKLEARN,
            "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/script.py"],
            "ContainerArguments": list(words),
        },
        "ProcessingInputs": [source("code", "/opt/ml/processing/input/code"), source("in", "/opt/ml/processing/in")],
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "out", "S3Output": output}]},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **members,
    }


def training_request(**members: Any) -> dict[str, Any]:
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
        "AlgorithmSpecification": {"TrainingImage": XGBOOST, "TrainingInputMode": "File"},
        "InputDataConfig": [
            {"ChannelName": "train", "DataSource": {"S3DataSource": source}, "ContentType": "text/csv"}
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **members,
    }


def transform_request(**members: Any) -> dict[str, Any]:
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/batch/"}}
    return {
        "TransformJobName": "score-1",
        "ModelName": "m",
        "BatchStrategy": "MultiRecord",
        "TransformInput": {"DataSource": source, "ContentType": "text/csv", "SplitType": "Line"},
        "TransformOutput": {"S3OutputPath": "s3://bucket/scored", "Accept": "text/csv", "AssembleWith": "Line"},
        "TransformResources": {"InstanceCount": 1, "InstanceType": "ml.m5.large"},
        **members,
    }


ECHO = """
import json, pathlib
from werkzeug.wrappers import Response

def model_fn(model_dir):
    print("loading", flush=True)
    return json.loads((pathlib.Path(model_dir) / "model.json").read_text())

def transform_fn(model, body, content_type, accept):
    if body == "refuse":
        return Response(json.dumps({"error": "no such sex", "row": 1}), status=400, mimetype="application/json")
    if body == "text":
        return "just text"
    if body == "nothing":
        return None
    if body == "crash":
        raise ValueError("the script's own mistake")
    if body == "die":
        import ctypes
        ctypes.string_at(0)  # a real segmentation fault, in this very thread
    return json.dumps({"model": model, "kind": type(body).__name__, "type": content_type, "accept": accept}), accept
"""


STEPS = """
import json
def model_fn(model_dir):
    import xgboost
    class Sum:
        def predict(self, data, validate_features):
            import numpy
            return numpy.asarray(data.get_data().sum(axis=1)).ravel()
    return Sum()
"""


UPPER = """
import os
from werkzeug.wrappers import Response
def model_fn(model_dir):
    return os.environ["SAGEMAKER_BATCH_STRATEGY"]
def transform_fn(model, body, content_type, accept):
    if "bad" in body:
        return Response('{"error": "bad row", "row": 2}', status=400, mimetype="application/json")
    if "worse" in body:
        raise ValueError("worse")
    return body.upper(), accept
"""
