"""A sandbox in which a project has been at work, beside others that must stay as they are."""

from __future__ import annotations

import json
from typing import Any

from infra.settings.names import Names
from tests.conftest import ClientOf
from tests.iam_roles import role

ROLE = "arn:aws:iam::000000000000:role/r"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
NAMES = Names("abalone")
CODE = {
    "InputName": "code",
    "S3Input": {
        "S3Uri": "s3://code-of-others/",
        "LocalPath": "/opt/ml/processing/input/code",
        "S3DataType": "S3Prefix",
        "S3InputMode": "File",
    },
}
SLEEP = {
    "Name": "Sleep",
    "Type": "Processing",
    "Arguments": {
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
        },
        "AppSpecification": {
            "ImageUri": IMAGE,
            "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/sleep.py"],
        },
        "ProcessingInputs": [CODE],
        "RoleArn": ROLE,
    },
}
MODEL = {"Image": IMAGE, "ModelDataUrl": "s3://code-of-others/model.tar.gz"}
MAKE = {"Name": "Make", "Type": "Model", "Arguments": {"PrimaryContainer": MODEL, "ExecutionRoleArn": ROLE}}
FOUNDATION: dict[str, Any] = {
    "Data": {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Retain",
        "Properties": {"VersioningConfiguration": {"Status": "Enabled"}},
    },
    "Key": {
        "Type": "AWS::KMS::Key",
        "DeletionPolicy": "Retain",
        "Properties": {"KeyPolicy": {"Version": "2012-10-17", "Statement": []}},
    },
    "Repository": {
        "Type": "AWS::CodeCommit::Repository",
        "DeletionPolicy": "Retain",
        "Properties": {"RepositoryName": NAMES.model_build},
    },
    "Group": {
        "Type": "AWS::SageMaker::ModelPackageGroup",
        "DeletionPolicy": "Retain",
        "Properties": {"ModelPackageGroupName": NAMES.model_package_group},
    },
}
FAST = {"Delay": 0.1, "MaxAttempts": 300}


class World:
    """What is there before the teardown."""

    def __init__(self, client: ClientOf) -> None:
        self.client = client
        assert role(client, "r") == ROLE
        self.data = self._stacks()
        self._of_others()
        self._runs()
        self._job_logs()
        client("scheduler").create_schedule_group(Name=NAMES.schedule_group)
        for name in (f"{NAMES.data_arrival}-1", f"{NAMES.retraining}-1", NAMES.retraining, "another"):
            self._schedule(name)
        for rule in (NAMES.decisions, "abalone-of-mine"):
            client("events").put_rule(Name=rule, EventPattern=json.dumps({"source": ["aws.sagemaker"]}))
        for name in ("abalone-staging", "abalone-staging-two"):
            client("logs").create_log_group(logGroupName=f"/aws/sagemaker/Endpoints/{name}")
        inference = {"Containers": [MODEL], "SupportedContentTypes": ["text/csv"]}
        client("sagemaker").create_model_package(ModelPackageGroupName="abalone", InferenceSpecification=inference)

    def _stacks(self) -> str:
        self._stack("abalone-foundation", FOUNDATION)
        self._stack("abalone-staging", {"Topic": {"Type": "AWS::SNS::Topic"}})
        resources = self.client("cloudformation").describe_stack_resources(StackName="abalone-foundation")[
            "StackResources"
        ]
        data = next(str(r["PhysicalResourceId"]) for r in resources if r["LogicalResourceId"] == "Data")
        for body in (b"1", b"2"):
            self.client("s3").put_object(Bucket=data, Key="data/rows.csv", Body=body)
        self.client("s3").delete_object(Bucket=data, Key="data/rows.csv")
        return data

    def _stack(self, name: str, resources: dict[str, Any]) -> None:
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources}))
        cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=FAST)

    def _of_others(self) -> None:
        """Names that look like the project's are not the project's."""
        s3 = self.client("s3")
        for bucket in ("abalone-foundation-of-mine", "code-of-others"):
            s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket="code-of-others", Key="sleep.py", Body=b"import time\ntime.sleep(300)\n")
        s3.put_object(Bucket="code-of-others", Key="model.tar.gz", Body=b"x")
        sagemaker = self.client("sagemaker")
        sagemaker.create_model(ModelName="abalone-of-mine", PrimaryContainer=MODEL, ExecutionRoleArn=ROLE)
        sagemaker.create_model_package_group(ModelPackageGroupName="abalone-two")
        self.client("codecommit").create_repository(repositoryName="abalone-model-build-of-mine")

    def _runs(self) -> None:
        sagemaker = self.client("sagemaker")
        definition = {"Version": "2020-12-01", "Parameters": [], "Steps": [MAKE, {**SLEEP, "DependsOn": ["Make"]}]}
        name = {"PipelineName": NAMES.sagemaker_pipeline}
        sagemaker.create_pipeline(**name, PipelineDefinition=json.dumps(definition), RoleArn=ROLE)
        self.execution = sagemaker.start_pipeline_execution(**name)["PipelineExecutionArn"]
        while not sagemaker.list_processing_jobs(StatusEquals="InProgress")["ProcessingJobSummaries"]:
            assert self.status() == "Executing", sagemaker.list_pipeline_execution_steps(
                PipelineExecutionArn=self.execution
            )

    def _job_logs(self) -> None:
        """Of a job of the execution, and of another pipeline's."""
        logs, self.job = self.client("logs"), f"pipelines-{self.execution.rpartition('/')[2]}-Sleep-abc/algo-1"
        for group in ("TrainingJobs", "TransformJobs"):
            logs.create_log_group(logGroupName=f"/aws/sagemaker/{group}")
        for stream in (self.job, "pipelines-another-Sleep-abc/algo-1"):
            logs.create_log_stream(logGroupName="/aws/sagemaker/TrainingJobs", logStreamName=stream)

    def status(self) -> str:
        described = self.client("sagemaker").describe_pipeline_execution(PipelineExecutionArn=self.execution)
        return str(described["PipelineExecutionStatus"])

    def _schedule(self, name: str) -> None:
        self.client("scheduler").create_schedule(
            Name=name,
            GroupName=NAMES.schedule_group,
            ScheduleExpression="at(2099-01-01T00:00:00)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": "arn:aws:sqs:us-east-1:000000000000:q", "RoleArn": ROLE},
        )
