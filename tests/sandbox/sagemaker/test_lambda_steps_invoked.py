"""Lambda steps of the SageMaker SDK, with functions of Lambda and roles of IAM, through real clients."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import uuid
import zipfile
from typing import Any

import pytest

from sandbox.environment import variables
from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf
from tests.iam_roles import EVERYTHING, role

CODE = """
class NothingThere(Exception):
    pass

def handler(event, context):
    if not event["uri"].endswith("/full/"):
        raise NothingThere(f"nothing lies under {event['uri']}")
    return {"Version": "v-" + event["execution"].rpartition("/")[2], "Objects": 3}
"""
# In a process of its own, since the SDK's import takes seconds and warns; it prints the definition that it builds.
BUILD = """
import sys, warnings
warnings.simplefilter("ignore")
from sagemaker.core.lambda_helper import Lambda
from sagemaker.core.workflow.conditions import ConditionEquals
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.mlops.workflow.condition_step import ConditionStep
from sagemaker.mlops.workflow.fail_step import FailStep
from sagemaker.mlops.workflow.lambda_step import LambdaOutput, LambdaOutputTypeEnum, LambdaStep
from sagemaker.mlops.workflow.pipeline import Pipeline

uri = ParameterString("Uri", default_value="s3://b/full/")
look = LambdaStep(
    name="Look",
    lambda_func=Lambda(function_arn=sys.argv[1]),
    inputs={"uri": uri, "execution": ExecutionVariables.PIPELINE_EXECUTION_ARN},
    outputs=[LambdaOutput("Version", LambdaOutputTypeEnum.String), LambdaOutput("Objects", LambdaOutputTypeEnum.Integer)],
)
outputs = look.properties.Outputs
said = Join(on=" ", values=["version", outputs["Version"], "of", outputs["Objects"]])
gate = ConditionStep(
    name="Gate",
    conditions=[ConditionEquals(left=outputs["Objects"], right=3)],
    if_steps=[FailStep(name="Said", error_message=said)],
    else_steps=[],
)
print(Pipeline(name="x", parameters=[uri], steps=[look, gate], pipeline_experiment_config=None).definition())
"""


@pytest.fixture
def name() -> str:
    return f"lambda-step-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def function(client: ClientOf, name: str) -> str:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        entry = zipfile.ZipInfo("index.py")
        entry.external_attr = 0o100644 << 16
        archive.writestr(entry, CODE)
    made = client("lambda").create_function(
        FunctionName=name,
        Role=role(client, f"{name}-function", service="lambda"),
        Runtime="python3.11",
        Handler="index.handler",
        Code={"ZipFile": held.getvalue()},
        Timeout=30,
    )
    return str(made["FunctionArn"])


def _run(client: ClientOf, name: str, definition: str, *, role_arn: str, **parameters: str) -> dict[str, Any]:
    sagemaker = client("sagemaker")
    sagemaker.create_pipeline(
        PipelineName=name, PipelineDefinition=definition, RoleArn=role_arn, ClientRequestToken=uuid.uuid4().hex
    )
    given = [{"Name": key, "Value": value} for key, value in parameters.items()]
    arn = sagemaker.start_pipeline_execution(PipelineName=name, PipelineParameters=given)["PipelineExecutionArn"]
    while sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"] == "Executing":
        time.sleep(0.05)
    listed = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    return {"arn": arn, **{each["StepName"]: each for each in listed}}


def _definition(sandbox: SandboxSettings, function: str) -> str:
    environment = {**variables(sandbox), "PATH": "/usr/bin:/bin", "HOME": str(sandbox.home)}
    line = [sys.executable, "-c", BUILD, function]
    return subprocess.run(line, env=environment, capture_output=True, text=True, check=True).stdout


def test_a_lambda_step_of_the_sdk_runs_and_its_outputs_reach_later_steps(
    client: ClientOf, sandbox: SandboxSettings, name: str, function: str
) -> None:
    steps = _run(client, name, _definition(sandbox, function), role_arn=role(client, name))
    version = f"v-{steps['arn'].rpartition('/')[2]}"
    assert steps["Look"]["Metadata"]["Lambda"] == {
        "Arn": function,
        "OutputParameters": [{"Name": "Version", "Value": version}, {"Name": "Objects", "Value": "3"}],
    }
    assert steps["Said"]["Metadata"]["Fail"]["ErrorMessage"] == f"version {version} of 3"


def _looking(function: str) -> str:
    given = {"uri": {"Get": "Parameters.Uri"}, "execution": {"Get": "Execution.PipelineExecutionArn"}}
    step = {"Name": "Look", "Type": "Lambda", "FunctionArn": function, "Arguments": given, "OutputParameters": []}
    uri = {"Name": "Uri", "Type": "String"}
    return json.dumps({"Version": "2020-12-01", "Parameters": [uri], "Steps": [step]})


def test_a_functions_error_is_the_steps_failure(client: ClientOf, name: str, function: str) -> None:
    steps = _run(client, name, _looking(function), role_arn=role(client, name), Uri="s3://b/empty/")
    reason = steps["Look"]["FailureReason"]
    assert reason.startswith(f"ClientError: Lambda function {function} failed: ")
    assert reason.endswith(": nothing lies under s3://b/empty/")


def test_a_pipeline_whose_role_may_not_invoke_the_function_fails_and_names_the_action(
    client: ClientOf, name: str, function: str
) -> None:
    denied = {"Effect": "Deny", "Action": "lambda:InvokeFunction", "Resource": function}
    acting = role(client, name, statements=(*EVERYTHING, denied))
    steps = _run(client, name, _looking(function), role_arn=acting, Uri="s3://b/full/")
    reason = steps["Look"]["FailureReason"]
    assert reason.startswith("ClientError: Failed to invoke lambda:InvokeFunction. Error Details: User: ")
    assert (
        f"assumed-role/{name}/SageMaker is not authorized to perform: lambda:InvokeFunction on resource: {function}"
        in reason
    )
