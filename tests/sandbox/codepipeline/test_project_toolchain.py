"""A project as AWS's template for SageMaker Projects lays one out: one stack makes seeded repositories, builds, pipelines, rules.

The inputs are our own. They have what that template lives on and other tests try one by one: seeds with empty files, a build that
declares an output and leaves none, artifacts named by variables, a test build that imports boto3 and installs nothing, two inputs.
"""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Mapping
from typing import Any

from tests.conftest import ClientOf
from tests.sandbox.codepipeline.delivery_project import PLACE, DeliveryProject, allow
from tests.sandbox.codepipeline.structures import Structure, action, artifacts
from tests.sandbox.codepipeline.world import stage

TRAINING = {
    "buildspec.yml": "version: 0.2\nphases: {build: {commands: ['python -c \"import steps\"']}}\n",
    "steps/__init__.py": "",
}
ENDPOINT = """\
Parameters: {StageName: {Type: String}, Version: {Type: String}}
Resources: {Live: {Type: AWS::SSM::Parameter, Properties: {Name: !Ref StageName, Type: String, Value: !Ref Version}}}
"""
DEPLOYMENT = {
    "LICENSE": "",
    "endpoint.yml": ENDPOINT,
    "choose.py": """\
import boto3, json, os, sys
listed = boto3.client("sagemaker").list_model_packages(ModelPackageGroupName=os.environ["GROUP"], ModelApprovalStatus="Approved")
version = listed["ModelPackageSummaryList"][0]["ModelPackageArn"]
json.dump({"Parameters": {"StageName": os.environ["GROUP"], "Version": version}}, open(sys.argv[1], "w"))
""",
    "buildspec.yml": """\
version: 0.2
phases:
  build:
    commands:
      - python choose.py $CONFIGURATION
      - aws cloudformation package --template endpoint.yml --s3-bucket $GROUP --output-template $TEMPLATE
artifacts: {files: [$TEMPLATE, $CONFIGURATION]}
""",
    "test/ask.py": """\
import boto3, json, sys
name = json.load(open(sys.argv[1]))["Parameters"]["StageName"]
print(boto3.client("ssm").get_parameter(Name=name)["Parameter"]["Value"])
""",
    "test/buildspec.yml": """\
version: 0.2
env: {exported-variables: [LIVE]}
phases:
  build:
    commands:
      - export LIVE="$(python test/ask.py "$CODEBUILD_SRC_DIR_Built/staging.json")"
      - echo "$LIVE" > $RESULT
artifacts: {files: [$RESULT]}
""",
}
VARIABLES = {"TEMPLATE": "exported.yml", "CONFIGURATION": "staging.json", "RESULT": "result.txt"}


def zipped(files: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def repository(name: str, bucket: str, key: str) -> Structure:
    code = {"BranchName": "main", "S3": {"Bucket": bucket, "Key": key}}
    return {"Type": "AWS::CodeCommit::Repository", "Properties": {"RepositoryName": name, "Code": code}}


def project(name: str, group: str, role: str, spec: str) -> Structure:
    variables = [{"Name": key, "Value": value} for key, value in {**VARIABLES, "GROUP": group}.items()]
    environment = {
        "Type": "LINUX_CONTAINER",
        "ComputeType": "BUILD_GENERAL1_SMALL",
        "Image": "aws/codebuild/amazonlinux2-x86_64-standard:5.0",
        "EnvironmentVariables": variables,
    }
    properties = {
        "Name": name,
        "ServiceRole": role,
        "Artifacts": {"Type": "CODEPIPELINE"},
        "Source": {"Type": "CODEPIPELINE", "BuildSpec": spec},
        "Environment": environment,
    }
    return {"Type": "AWS::CodeBuild::Project", "Properties": properties}


def capitalised(value: Any) -> Any:
    """A pipeline's structure as CloudFormation spells it; a configuration's keys are capital ones already."""
    if isinstance(value, list):
        return [capitalised(each) for each in value]
    if isinstance(value, dict):
        return {key[0].upper() + key[1:]: capitalised(each) for key, each in value.items()}
    return value


def pipeline(name: str, role: str, store: str, *stages: Structure) -> Structure:
    source = action(
        "Source",
        "CodeCommit",
        category="Source",
        outputArtifacts=artifacts("Source"),
        configuration={"RepositoryName": name, "BranchName": "main", "PollForSourceChanges": "false"},
    )
    properties = {
        "Name": name,
        "RoleArn": role,
        "ArtifactStore": {"Type": "S3", "Location": store},
        "Stages": capitalised([stage("Source", source), *stages]),
    }
    return {"Type": "AWS::CodePipeline::Pipeline", "DependsOn": ["Repository", "Deployment"], "Properties": properties}


def built(name: str, of: str, *inputs: str, output: str, order: int = 1) -> Structure:
    configuration = {"ProjectName": of} | ({"PrimarySource": inputs[0]} if len(inputs) > 1 else {})
    given: Structure = {"inputArtifacts": artifacts(*inputs), "outputArtifacts": artifacts(output), "runOrder": order}
    return action(name, "CodeBuild", configuration=configuration, **given)


def toolchain(name: str, role: str) -> Structure:
    train, deploy = f"{name}-train", f"{name}-deploy"
    staged = {
        "ActionMode": "REPLACE_ON_FAILURE",
        "StackName": f"{name}-staging",
        "RoleArn": role,
        "TemplatePath": "Built::exported.yml",
        "TemplateConfiguration": "Built::staging.json",
    }
    deployed = action(
        "Deploy", "CloudFormation", category="Deploy", configuration=staged, inputArtifacts=artifacts("Built")
    )
    tested = {**built("Test", f"{name}-test", "Source", "Built", output="Tested", order=2), "namespace": "T"}
    pattern = {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Model Package State Change"],
        "detail": {
            "ModelPackageGroupName": [name],
            "ModelApprovalStatus": [{"anything-but": ["PendingManualApproval"]}],
        },
    }
    target = {"Id": "deploy", "Arn": f"arn:aws:codepipeline:{PLACE}:{deploy}", "RoleArn": role}
    return {
        "Resources": {
            "Repository": repository(train, name, "train.zip"),
            "Deployment": repository(deploy, name, "deploy.zip"),
            "Training": project(train, name, role, "buildspec.yml"),
            "Packaging": project(deploy, name, role, "buildspec.yml"),
            "Testing": project(f"{name}-test", name, role, "test/buildspec.yml"),
            "TrainingPipeline": pipeline(
                train, role, name, stage("Build", built("Build", train, "Source", output="Nothing"))
            ),
            "DeploymentPipeline": pipeline(
                deploy,
                role,
                name,
                stage("Build", built("Build", deploy, "Source", output="Built")),
                stage("Staging", deployed, tested),
            ),
            "Approved": {
                "Type": "AWS::Events::Rule",
                "Properties": {"Name": name, "EventPattern": pattern, "Targets": [target]},
            },
        }
    }


def a_role(client: ClientOf, name: str) -> str:
    """The one role that the template gives to everybody; its path is AWS's."""
    iam = client("iam")
    services = [f"{each}.amazonaws.com" for each in ("codebuild", "codepipeline", "cloudformation", "events")]
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}]}
    made = iam.create_role(RoleName=name, Path="/service-role/", AssumeRolePolicyDocument=json.dumps(trust))
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow("*")]})
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=policy)
    return str(made["Role"]["Arn"])


def test_such_a_project_is_made_trains_and_deploys_what_is_approved(client: ClientOf) -> None:
    name = f"toolchain-{uuid.uuid4().hex[:8]}"
    s3, sagemaker, cloudformation = client("s3"), client("sagemaker"), client("cloudformation")
    s3.create_bucket(Bucket=name)
    for key, files in (("train.zip", TRAINING), ("deploy.zip", DEPLOYMENT)):
        s3.put_object(Bucket=name, Key=key, Body=zipped(files))
    sagemaker.create_model_package_group(ModelPackageGroupName=name)
    role = a_role(client, name)
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(toolchain(name, role)))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    training, deployment = (DeliveryProject(client, f"{name}-{each}") for each in ("train", "deploy"))
    assert training.ended()["status"] == "Succeeded", training.errors()
    assert deployment.ended()["status"] == "Failed"  # nothing is approved yet: so it is on AWS
    container = {
        "Image": "000000000000.dkr.ecr.us-east-1.amazonaws.com/own:1",
        "ModelDataUrl": f"s3://{name}/model.tar.gz",
    }
    specification = {"Containers": [container], "SupportedContentTypes": ["text/csv"]}
    version = sagemaker.create_model_package(
        ModelPackageGroupName=name,
        ModelApprovalStatus="PendingManualApproval",
        InferenceSpecification={**specification, "SupportedResponseMIMETypes": ["text/csv"]},
    )["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=version, ModelApprovalStatus="Approved")

    def executions() -> list[Structure]:
        listed = deployment.codepipeline.list_pipeline_executions(pipelineName=deployment.name)
        return list(listed["pipelineExecutionSummaries"])

    deployment.until(lambda: len(executions()) == 2)
    assert executions()[0]["trigger"]["triggerType"] == "CloudWatchEvent"
    assert deployment.ended(executions()[0]["pipelineExecutionId"])["status"] == "Succeeded", deployment.errors()
    assert deployment.runs()["Test"]["output"]["outputVariables"]["LIVE"] == version
