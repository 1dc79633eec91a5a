"""The sandbox's contenders: pipeline definitions published once, an execution started and awaited in each round."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

from benchmarks.bare import STEPS
from benchmarks.prerequisites import Prerequisites
from sandbox.demo.children import clean_environment
from sandbox.demo.clients import Clients
from sandbox.demo.layout import REPOSITORY
from sandbox.environment import variables
from sandbox.settings import SandboxSettings

Definition = dict[str, Any]
_POLL = 0.005
FIVE = ("Preprocess", "Train", "Evaluate", "QualityGate", "RegisterModel")


def built_definition(settings: SandboxSettings, prerequisites: Prerequisites) -> Definition:
    """model-build's own definition, its code uploaded."""
    printed = subprocess.run(
        [sys.executable, "-m", "pipelines.get_pipeline_definition"],
        cwd=REPOSITORY / "model-build",
        env=clean_environment() | variables(settings) | prerequisites.variables,
        stdout=subprocess.PIPE,
        check=True,
    )
    definition: Definition = json.loads(printed.stdout)
    return definition


def five_steps(definition: Definition) -> Definition:
    """Without the cache, and without what follows registration, for which a shell has no counterpart."""
    steps = []
    for step in definition["Steps"]:
        kept = {name: value for name, value in step.items() if name != "CacheConfig"}
        if kept["Type"] == "Condition":
            then = [branch for branch in kept["Arguments"]["IfSteps"] if branch["Name"] in FIVE]
            kept["Arguments"] = kept["Arguments"] | {"IfSteps": then}
        steps.append(kept)
    return definition | {"Steps": steps}


def hyper_parameters(definition: Definition) -> dict[str, str]:
    """Those of the script itself: the toolkit keeps `sagemaker_*` to itself."""
    train = next(step for step in definition["Steps"] if step["Name"] == "Train")
    known = train["Arguments"]["HyperParameters"].items()
    return {name: str(value).strip('"') for name, value in known if not name.startswith("sagemaker_")}


def trivial_definition(clients: Clients, prerequisites: Prerequisites, image: str) -> Definition:
    """Five processing steps in a row, each the smallest possible script."""
    key = "benchmarks/trivial/trivial.py"
    clients.s3.put_object(Bucket=prerequisites.bucket, Key=key, Body=(STEPS / "trivial.py").read_bytes())
    names = [f"Step{number}" for number in range(1, 6)]
    steps = [
        {
            "Name": name,
            "Type": "Processing",
            "DependsOn": names[number - 1 : number],
            "Arguments": _processing(f"s3://{prerequisites.bucket}/benchmarks/trivial", prerequisites.role, image),
        }
        for number, name in enumerate(names)
    ]
    return {"Version": "2020-12-01", "Metadata": {}, "Parameters": [], "Steps": steps}


def _processing(code: str, role: str, image: str) -> dict[str, Any]:
    local = "/opt/ml/processing/input/code"
    source = {"S3Uri": code, "LocalPath": local, "S3DataType": "S3Prefix", "S3InputMode": "File"}
    cluster = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 30}
    return {
        "ProcessingResources": {"ClusterConfig": cluster},
        "AppSpecification": {"ImageUri": image, "ContainerEntrypoint": ["python3", f"{local}/trivial.py"]},
        "RoleArn": role,
        "ProcessingInputs": [{"InputName": "code", "S3Input": source}],
    }


def published(clients: Clients, name: str, definition: Definition, role: str) -> Callable[[], None]:
    """Starts an execution and waits for it, as a client would."""
    sagemaker = clients.sagemaker
    sagemaker.create_pipeline(
        PipelineName=name,
        PipelineDefinition=json.dumps(definition),
        RoleArn=role,
        ClientRequestToken=uuid.uuid4().hex,
    )

    def run() -> None:
        started = sagemaker.start_pipeline_execution(PipelineName=name, ClientRequestToken=uuid.uuid4().hex)
        arn = started["PipelineExecutionArn"]
        while (found := sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn))["PipelineExecutionStatus"] in (
            "Executing",
            "Stopping",
        ):
            time.sleep(_POLL)
        if found["PipelineExecutionStatus"] != "Succeeded":
            raise SystemExit(f"{name}: {found.get('FailureReason', found['PipelineExecutionStatus'])}")

    return run
