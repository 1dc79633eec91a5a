"""What the soak works on: one small project of each service, all under the name `soak`."""

from __future__ import annotations

import json
from typing import Any

from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf, client_of
from tests.iam_roles import EVERYTHING
from tests.sandbox.function_archive import function_archive

NAME = "soak"
ROLE = f"arn:aws:iam::000000000000:role/{NAME}"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
_CODE = "/opt/ml/processing/input/code"
_SERVICES = ("sagemaker", "codebuild", "codepipeline", "lambda")
# Writes down that it ran, once for each call; a moment passes, so that a kill can meet it.
FUNCTION = """
import time
import boto3

def handler(event, context):
    time.sleep(0.2)
    boto3.client("s3").put_object(Bucket="soak", Key=f"heard/{event['word']}", Body=context.aws_request_id.encode())
    return event["word"]
"""
BUILDSPEC = """
version: 0.2
phases:
  build:
    commands:
      - sleep 0.5
      - echo built > out.txt
artifacts:
  files: [out.txt]
"""


def _step(name: str, after: list[str]) -> dict[str, Any]:
    source = {"S3Uri": f"s3://{NAME}/code/", "LocalPath": _CODE, "S3DataType": "S3Prefix", "S3InputMode": "File"}
    arguments = {
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
        },
        "AppSpecification": {"ImageUri": IMAGE, "ContainerEntrypoint": ["python3", f"{_CODE}/wait.py"]},
        "ProcessingInputs": [{"InputName": "code", "S3Input": source}],
        "RoleArn": ROLE,
    }
    return {"Name": name, "Type": "Processing", "Arguments": arguments, "DependsOn": after}


_REGISTER = {
    "Name": "Register",
    "Type": "RegisterModel",
    "DependsOn": ["First"],
    "Arguments": {
        "ModelPackageGroupName": f"{NAME}-runs",
        "InferenceSpecification": {"Containers": [{"Image": IMAGE, "ModelDataUrl": f"s3://{NAME}/model.tar.gz"}]},
        "CustomerMetadataProperties": {"Execution": {"Get": "Execution.PipelineExecutionArn"}},
    },
}
DEFINITION = {"Version": "2020-12-01", "Steps": [_step("First", []), _REGISTER, _step("Second", ["Register"])]}


def _action(name: str, category: str, provider: str, **members: Any) -> dict[str, Any]:
    kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
    return {"name": name, "actionTypeId": kind, "runOrder": 1, **members}


def _pipeline() -> dict[str, Any]:
    code, built = {"name": "Code"}, {"name": "Built"}
    where = {"RepositoryName": NAME, "BranchName": "main"}
    project = {"ProjectName": f"{NAME}-delivered"}
    build = {"configuration": project, "inputArtifacts": [code]}
    stages = [
        ("Source", _action("Source", "Source", "CodeCommit", configuration=where, outputArtifacts=[code])),
        ("Build", _action("Build", "Build", "CodeBuild", **build, outputArtifacts=[built])),
        ("Approve", _action("Approve", "Approval", "Manual")),
        ("Deploy", _action("Deploy", "Build", "CodeBuild", **build)),
    ]
    return {
        "name": NAME,
        "roleArn": ROLE,
        "pipelineType": "V2",
        "executionMode": "QUEUED",
        "artifactStore": {"type": "S3", "location": NAME},
        "stages": [{"name": name, "actions": [action]} for name, action in stages],
    }


def prepare(settings: SandboxSettings) -> ClientOf:
    """Make the project in an empty sandbox."""
    client = client_of(settings)
    _role(client)
    s3, sagemaker, codebuild = client("s3"), client("sagemaker"), client("codebuild")
    s3.create_bucket(Bucket=NAME)
    s3.put_object(Bucket=NAME, Key="code/wait.py", Body=b"import time\ntime.sleep(0.3)\n")
    sagemaker.create_model_package_group(ModelPackageGroupName=NAME)
    given = {"PipelineDefinition": json.dumps(DEFINITION), "RoleArn": ROLE, "ClientRequestToken": "k" * 32}
    sagemaker.create_pipeline(PipelineName=NAME, **given)
    environment = {
        "type": "LINUX_CONTAINER",
        "image": "aws/codebuild/standard:7.0",
        "computeType": "BUILD_GENERAL1_SMALL",
    }
    for name, kind in ((NAME, "NO_SOURCE"), (f"{NAME}-delivered", "CODEPIPELINE")):
        source = {"type": kind} if kind == "CODEPIPELINE" else {"type": kind, "buildspec": BUILDSPEC}
        artifacts = {"type": kind if kind == "CODEPIPELINE" else "NO_ARTIFACTS"}
        codebuild.create_project(
            name=name, source=source, artifacts=artifacts, environment=environment, serviceRole=ROLE
        )
    client("lambda").create_function(
        FunctionName=NAME,
        Runtime="python3.11",
        Role=ROLE,
        Handler="index.handler",
        Timeout=30,
        Code={"ZipFile": function_archive({"index.py": FUNCTION})},
    )
    client("codecommit").create_repository(repositoryName=NAME)
    push(client, {"buildspec.yml": BUILDSPEC})
    client("codepipeline").create_pipeline(pipeline=_pipeline())
    client("ssm").put_parameter(Name=NAME, Value="0", Type="String")
    client("sqs").create_queue(QueueName=NAME)
    client("dynamodb").create_table(
        TableName=NAME,
        KeySchema=[{"AttributeName": "word", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "word", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return client


def _role(client: ClientOf) -> None:
    iam = client("iam")
    principal = {"Service": [f"{service}.amazonaws.com" for service in _SERVICES]}
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=document)
    allowed = json.dumps({"Version": "2012-10-17", "Statement": [*EVERYTHING]})
    iam.put_role_policy(RoleName=NAME, PolicyName=NAME, PolicyDocument=allowed)


def push(client: ClientOf, files: dict[str, str]) -> str:
    """One commit on the main branch, by the operation."""
    codecommit = client("codecommit")
    parent = {}
    if codecommit.list_branches(repositoryName=NAME)["branches"]:
        last = codecommit.get_branch(repositoryName=NAME, branchName="main")["branch"]["commitId"]
        parent = {"parentCommitId": last}
    put = [{"filePath": path, "fileContent": text.encode()} for path, text in files.items()]
    made = codecommit.create_commit(
        repositoryName=NAME, branchName="main", putFiles=put, commitMessage="Change it", **parent
    )
    return str(made["commitId"])
