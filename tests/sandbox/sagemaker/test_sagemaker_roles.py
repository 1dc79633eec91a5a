"""Jobs, models and endpoints act as their execution roles: through boto3, with IAM's answers."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from tests.conftest import ClientOf
from tests.iam_roles import EVERYTHING, role
from tests.sandbox.sagemaker.test_endpoints import ANSWER, IMAGE, Serving, archive

REGISTRY = IMAGE.partition("/")[0]
SKLEARN = f"{REGISTRY}/sagemaker-scikit-learn:1.9-0-cpu-py3"  # a framework's image, which takes metric definitions
CODE = "/opt/ml/processing/input/code"
WHO = """
import json, os, pathlib
found = {name: os.environ.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL")}
(pathlib.Path(os.environ["OUT"]) / "who.json").write_text(json.dumps(found))
print("said")
"""
ENDED = ("Completed", "Failed", "Stopped")


def deny(*actions: str) -> dict[str, object]:
    return {"Effect": "Deny", "Action": [*actions], "Resource": "*"}


class Working:
    """A bucket, a role and names of its own for each test."""

    def __init__(self, client: ClientOf) -> None:
        self.client, self.sagemaker, self.s3 = client, client("sagemaker"), client("s3")
        self.name = f"r-{uuid.uuid4().hex[:8]}"
        self.s3.create_bucket(Bucket=self.name)
        self.s3.put_object(Bucket=self.name, Key="code/who.py", Body=WHO.encode())

    def role(self, *denied: str) -> str:
        more = (deny(*denied),) if denied else ()
        return role(self.client, self.name, statements=(*EVERYTHING, *more))

    def process(self, role_arn: str, **more: Any) -> dict[str, Any]:
        source = {
            "S3Uri": f"s3://{self.name}/code/",
            "LocalPath": CODE,
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
        }
        output = {"S3Uri": f"s3://{self.name}/out", "LocalPath": "/opt/ml/processing/out", "S3UploadMode": "EndOfJob"}
        cluster = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
        self.sagemaker.create_processing_job(
            ProcessingJobName=self.name,
            ProcessingResources={"ClusterConfig": cluster},
            AppSpecification={"ImageUri": IMAGE, "ContainerEntrypoint": ["python3", f"{CODE}/who.py"]},
            ProcessingInputs=[{"InputName": "code", "S3Input": source}],
            ProcessingOutputConfig={"Outputs": [{"OutputName": "out", "S3Output": output}]},
            Environment={"OUT": "/opt/ml/processing/out"},
            RoleArn=role_arn,
            **more,
        )
        return self.ended()

    def ended(self) -> dict[str, Any]:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            job: dict[str, Any] = self.sagemaker.describe_processing_job(ProcessingJobName=self.name)
            if job["ProcessingJobStatus"] in ENDED:
                return job
            time.sleep(0.02)
        raise AssertionError(job)

    def written(self) -> Mapping[str, str]:
        answer: Mapping[str, str] = json.loads(self.s3.get_object(Bucket=self.name, Key="out/who.json")["Body"].read())
        return answer

    def lines(self) -> list[str]:
        deadline = time.monotonic() + 10
        logs, group = self.client("logs"), "/aws/sagemaker/ProcessingJobs"
        while time.monotonic() < deadline:
            found = logs.filter_log_events(logGroupName=group, logStreamNamePrefix=f"{self.name}/")["events"]
            if found:
                return [event["message"] for event in found]
            time.sleep(0.05)
        return []


@pytest.fixture
def working(client: ClientOf) -> Working:
    return Working(client)


def test_a_container_has_the_credentials_of_its_jobs_role(working: Working) -> None:
    job = working.process(working.role())
    assert job["ProcessingJobStatus"] == "Completed", job.get("FailureReason")
    found = working.written()
    assert found["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert found["AWS_SESSION_TOKEN"]
    assert found["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert working.lines() == ["said"]


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (
            "s3:GetObject",
            "ClientError: Data download failed: Unable to download object s3://{}/code/who.py (AccessDenied: ",
        ),
        (
            "s3:ListBucket",
            "ClientError: Data download failed: Unable to list objects under s3://{}/code/ (AccessDenied: ",
        ),
        (
            "s3:PutObject",
            "ClientError: Data upload failed: Unable to upload object s3://{}/out/who.json (AccessDenied: ",
        ),
    ],
)
def test_a_job_whose_role_may_not_reach_s3_fails_and_names_role_action_and_object(
    working: Working, action: str, sentence: str
) -> None:
    job = working.process(working.role(action))
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith(sentence.format(working.name))
    assert f"assumed-role/{working.name}/SageMaker is not authorized to perform: {action}" in job["FailureReason"]


@pytest.mark.parametrize("action", ["GetAuthorizationToken", "BatchGetImage", "GetDownloadUrlForLayer"])
def test_a_job_whose_role_may_not_pull_its_image_fails_before_it_downloads(working: Working, action: str) -> None:
    job = working.process(working.role(f"ecr:{action}"))
    assert job["FailureReason"].startswith("ClientError: Cannot pull algorithm container.")
    assert (
        f"The role 'arn:aws:iam::000000000000:role/{working.name}' does not have {action} permission"
        in job["FailureReason"]
    )


def test_a_job_in_a_vpc_needs_its_network_interfaces(working: Working) -> None:
    vpc = {"VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}}
    job = working.process(working.role("ec2:CreateNetworkInterface"), NetworkConfig=vpc)
    assert "is not authorized to perform: ec2:CreateNetworkInterface on resource:" in job["FailureReason"]


def test_a_job_whose_role_may_not_write_logs_runs_without(working: Working) -> None:
    job = working.process(working.role("logs:*"))
    assert job["ProcessingJobStatus"] == "Completed"
    streams = working.client("logs").describe_log_streams(
        logGroupName="/aws/sagemaker/ProcessingJobs", logStreamNamePrefix=f"{working.name}/"
    )
    assert streams["logStreams"] == []


def start_training(working: Working, role_arn: str, *, image: str) -> None:
    working.s3.put_object(Bucket=working.name, Key="source.tar.gz", Body=archive("train.py", "print('mse: 4.5')"))
    code = {"sagemaker_program": "train.py", "sagemaker_submit_directory": f"s3://{working.name}/source.tar.gz"}
    metric = {"Name": "test:mse", "Regex": "mse: ([0-9.]+)"}
    working.sagemaker.create_training_job(
        TrainingJobName=working.name,
        AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File", "MetricDefinitions": [metric]},
        HyperParameters=code,
        OutputDataConfig={"S3OutputPath": f"s3://{working.name}/models"},
        ResourceConfig={"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
        RoleArn=role_arn,
    )


def train(working: Working, role_arn: str) -> dict[str, Any]:
    start_training(working, role_arn, image=SKLEARN)
    waiter = working.sagemaker.get_waiter("training_job_completed_or_stopped")
    waiter.wait(TrainingJobName=working.name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 600})
    job: dict[str, Any] = working.sagemaker.describe_training_job(TrainingJobName=working.name)
    return job


def test_the_metrics_of_a_training_job_are_in_cloudwatch_where_the_sdk_looks(working: Working) -> None:
    job = train(working, working.role())
    assert job["FinalMetricDataList"][0]["Value"] == 4.5
    cloudwatch = working.client("cloudwatch")
    deadline = time.monotonic() + 10
    found: list[dict[str, float]] = []
    while not found and time.monotonic() < deadline:
        found = cloudwatch.get_metric_statistics(
            Namespace="/aws/sagemaker/TrainingJobs",
            MetricName="test:mse",
            Dimensions=[{"Name": "TrainingJobName", "Value": working.name}],
            StartTime=job["CreationTime"] - timedelta(hours=1),
            EndTime=job["CreationTime"] + timedelta(hours=1),
            Period=60,
            Statistics=["Average"],
        )["Datapoints"]
    assert [point["Average"] for point in found] == [4.5]


@pytest.mark.parametrize(
    "image",
    [
        IMAGE,
        "404615174143.dkr.ecr.us-east-2.amazonaws.com/linear-learner:1",
        f"{REGISTRY}/sagemaker-xgboost@sha256:{'0' * 64}",
    ],
)
def test_metrics_defined_beside_an_algorithm_of_amazons_are_refused_at_once(working: Working, image: str) -> None:
    with pytest.raises(ClientError, match="You can't override the metric definitions for Amazon SageMaker algorithms"):
        start_training(working, working.role(), image=image)
    assert working.sagemaker.list_training_jobs(NameContains=working.name)["TrainingJobSummaries"] == []


def test_metrics_are_taken_beside_an_image_of_ones_own_of_an_algorithms_name(working: Working) -> None:
    start_training(working, working.role(), image="000000000000.dkr.ecr.us-east-1.amazonaws.com/xgboost:mine")
    waiter = working.sagemaker.get_waiter("training_job_completed_or_stopped")
    with pytest.raises(WaiterError):  # the sandbox runs no such image, and says so in the job
        waiter.wait(TrainingJobName=working.name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 600})
    reason = working.sagemaker.describe_training_job(TrainingJobName=working.name)["FailureReason"]
    assert "xgboost:mine is not in the sandbox" in reason


def test_a_training_job_whose_role_may_not_put_metrics_completes(working: Working) -> None:
    assert train(working, working.role("cloudwatch:PutMetricData"))["TrainingJobStatus"] == "Completed"


def test_a_role_that_is_not_there_or_trusts_somebody_else_is_refused_at_once(working: Working) -> None:
    absent = "arn:aws:iam::000000000000:role/nobody"
    others = role(working.client, working.name, service="lambda")
    for arn in (absent, others):
        with pytest.raises(
            ClientError, match=f"Could not assume role {arn}. Please ensure that the role exists"
        ) as refused:
            working.process(arn)
        assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_model_is_refused_whose_data_its_role_cannot_read_or_that_is_not_there(working: Working) -> None:
    container = {"Image": IMAGE, "ModelDataUrl": f"s3://{working.name}/code/who.py"}

    def create(role_arn: str, **more: str) -> None:
        working.sagemaker.create_model(
            ModelName=working.name, PrimaryContainer=container | more, ExecutionRoleArn=role_arn
        )

    with pytest.raises(
        ClientError, match=r'Could not access model data at s3://.* the role has "s3:GetObject" permissions'
    ):
        create(working.role("s3:GetObject"))
    gone = f"s3://{working.name}/gone.tar.gz"
    with pytest.raises(ClientError, match=f"Could not find model data at {gone}"):
        create(working.role(), ModelDataUrl=gone)
    create(working.role())


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (
            "s3:GetObject",
            "Please ensure that there is an object located at the URL and that the role passed to CreateModel",
        ),
        ("ecr:BatchGetImage", "does not have BatchGetImage permission for the image: "),
    ],
)
def test_an_endpoint_whose_role_lost_a_permission_fails_in_awss_words(
    client: ClientOf, action: str, sentence: str
) -> None:
    serving = Serving(client)
    arn = role(client, serving.name)
    config = serving.config(ANSWER.format(word="m"), role_arn=arn)
    role(client, serving.name, statements=(*EVERYTHING, deny(action)))
    endpoint = serving.create(config)
    assert endpoint["EndpointStatus"] == "Failed"
    assert sentence in endpoint["FailureReason"]
    assert arn in endpoint["FailureReason"]
