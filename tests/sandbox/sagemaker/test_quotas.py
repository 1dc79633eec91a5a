"""An account whose quota is too small: SageMaker's own sentence, from every call that takes instances, until it is raised."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox import quotas
from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf
from tests.iam_roles import EVERYTHING, role
from tests.sandbox.sagemaker.test_endpoints import ANSWER, IMAGE, Serving

# Of a type for each test: they share a sandbox.
ZERO = (
    "The account-level service limit '{}' is 0 Instances, with current utilization of 0 Instances and a request delta of 1"
    " Instances. Please use AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not available,"
    " contact AWS support to request an increase for this quota."
)


@pytest.fixture
def limit(sandbox: SandboxSettings) -> Callable[[str], None]:
    return lambda text: quotas.put(sandbox.home, [quotas.parse(text)])


def process(sagemaker: Any, name: str, role_arn: str, instance_type: str, seconds: int = 0, count: int = 1) -> None:
    cluster = {"InstanceCount": count, "InstanceType": instance_type, "VolumeSizeInGB": 1}
    entrypoint = ["python3", "-c", f"import time; time.sleep({seconds})"]
    sagemaker.create_processing_job(
        ProcessingJobName=name,
        ProcessingResources={"ClusterConfig": cluster},
        AppSpecification={"ImageUri": IMAGE, "ContainerEntrypoint": entrypoint},
        RoleArn=role_arn,
    )


def train(sagemaker: Any, name: str, role_arn: str, instance_type: str) -> None:
    sagemaker.create_training_job(
        TrainingJobName=name,
        RoleArn=role_arn,
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        OutputDataConfig={"S3OutputPath": "s3://quotas/out"},
        ResourceConfig={"InstanceType": instance_type, "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )


def refusal(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    told = error.value.response["Error"]
    return str(told["Code"]), str(told["Message"])


def test_a_quota_of_0_refuses_a_processing_job(client: ClientOf, limit: Callable[[str], None]) -> None:
    limit("ml.c5.xlarge for processing job usage=0")
    with pytest.raises(ClientError) as error:
        process(client("sagemaker"), "no-quota", role(client, "quotas", statements=EVERYTHING), "ml.c5.xlarge")
    assert refusal(error) == ("ResourceLimitExceeded", ZERO.format("ml.c5.xlarge for processing job usage"))


def test_a_quota_of_one_use_says_nothing_of_another(client: ClientOf, limit: Callable[[str], None]) -> None:
    limit("ml.c5.2xlarge for training job usage=0")
    sagemaker, role_arn = client("sagemaker"), role(client, "quotas", statements=EVERYTHING)
    process(sagemaker, "other-use", role_arn, "ml.c5.2xlarge")
    with pytest.raises(ClientError) as error:
        train(sagemaker, "this-use", role_arn, "ml.c5.2xlarge")
    assert refusal(error) == ("ResourceLimitExceeded", ZERO.format("ml.c5.2xlarge for training job usage"))


def test_jobs_that_run_count_and_a_raised_quota_lets_the_next_in(
    client: ClientOf, limit: Callable[[str], None]
) -> None:
    limit("ml.c5.4xlarge for processing job usage=1")
    sagemaker, role_arn = client("sagemaker"), role(client, "quotas", statements=EVERYTHING)
    process(sagemaker, "first", role_arn, "ml.c5.4xlarge", seconds=60)
    with pytest.raises(ClientError, match="is 1 Instances, with current utilization of 1 Instances"):
        process(sagemaker, "second", role_arn, "ml.c5.4xlarge")
    limit("ml.c5.4xlarge for processing job usage=2")
    process(sagemaker, "second", role_arn, "ml.c5.4xlarge")
    sagemaker.stop_processing_job(ProcessingJobName="first")


def test_an_endpoint_counts_and_its_update_needs_as_many_again(client: ClientOf, limit: Callable[[str], None]) -> None:
    serving = Serving(client)
    config = serving.config(ANSWER.format(word="a"))
    own = serving.sagemaker.describe_endpoint_config(EndpointConfigName=config)["ProductionVariants"][0]
    for name in ("one", "two"):
        variant = {**own, "InstanceType": "ml.c5.9xlarge"}
        serving.sagemaker.create_endpoint_config(EndpointConfigName=f"{config}-{name}", ProductionVariants=[variant])
    limit("ml.c5.9xlarge for endpoint usage=0")
    with pytest.raises(ClientError) as error:
        serving.create(f"{config}-one")
    assert refusal(error) == ("ResourceLimitExceeded", ZERO.format("ml.c5.9xlarge for endpoint usage"))
    limit("ml.c5.9xlarge for endpoint usage=1")
    assert serving.create(f"{config}-one")["EndpointStatus"] == "InService"
    with pytest.raises(ClientError, match="current utilization of 1 Instances and a request delta of 1"):
        serving.update(f"{config}-two")
    limit("ml.c5.9xlarge for endpoint usage=2")
    assert serving.update(f"{config}-two")["EndpointConfigName"] == f"{config}-two"
    serving.sagemaker.delete_endpoint(EndpointName=serving.name)


def test_a_step_waits_by_its_policy_and_fails_with_the_quotas_name(
    client: ClientOf, limit: Callable[[str], None]
) -> None:
    limit("ml.c5.18xlarge for processing job usage=0")
    sagemaker, role_arn = client("sagemaker"), role(client, "quotas", statements=EVERYTHING)
    step = {
        "Name": "Wait",
        "Type": "Processing",
        "Arguments": {
            "AppSpecification": {"ImageUri": IMAGE, "ContainerEntrypoint": ["python3", "-c", "pass"]},
            "ProcessingResources": {
                "ClusterConfig": {"InstanceType": "ml.c5.18xlarge", "InstanceCount": 1, "VolumeSizeInGB": 1}
            },
            "RoleArn": role_arn,
        },
        "RetryPolicies": [
            {"ExceptionType": ["SageMaker.RESOURCE_LIMIT"], "IntervalSeconds": 0, "BackoffRate": 1, "MaxAttempts": 3}
        ],
    }
    definition = json.dumps({"Version": "2020-12-01", "Steps": [step]})
    sagemaker.create_pipeline(
        PipelineName="quotas", PipelineDefinition=definition, RoleArn=role_arn, ClientRequestToken="q" * 32
    )
    arn = sagemaker.start_pipeline_execution(PipelineName="quotas")["PipelineExecutionArn"]
    while sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"] == "Executing":
        pass
    (failed,) = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    assert (failed["StepStatus"], failed["AttemptCount"]) == ("Failed", 4)
    assert failed["FailureReason"].startswith(
        "ClientError: Failed to invoke sagemaker:CreateProcessingJob. Error Details: The account-level service limit"
        " 'ml.c5.18xlarge for processing job usage' is 0 Instances"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ml.m5.xlarge", "is not a quota; one reads 'ml.m5.xlarge for training job usage=0'"),
        ("ml.m5.xlarge for training usage=0", "is not a quota"),
        ("ml.m5.xlarge for training job usage=few", "is not a quota"),
        (
            "ml.m5.xlage for training job usage=0",
            r"no instance type for a training job \(did you mean ml.m5.xlarge\?\)",
        ),
        ("ml.t2.medium for training job usage=0", "ml.t2.medium is no instance type for a training job"),
    ],
)
def test_what_is_no_quota_is_refused(text: str, told: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=told):
        quotas.parse(text)
