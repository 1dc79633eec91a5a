"""The function as Lambda calls it, through boto3, against moto."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.functions.data_arrival.handler import handler
from tests.infra.functions.data_world import ENVIRONMENT, FUNCTION, MANIFESTS, object_created

CONTEXT = SimpleNamespace(invoked_function_arn=FUNCTION)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    given = {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    for name, value in {**ENVIRONMENT, **given}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield boto3.client


def test_an_object_becomes_a_schedule_and_the_schedule_a_run(account: Any) -> None:
    scheduler, sagemaker = account("scheduler"), account("sagemaker")
    scheduler.create_schedule_group(Name="abalone")
    sagemaker.create_pipeline(
        PipelineName="abalone-pipeline", PipelineDefinition="{}", RoleArn=ENVIRONMENT["SCHEDULER_ROLE_ARN"]
    )

    assert handler(object_created("incoming/may.csv"), CONTEXT).startswith("Noted 1 object(s)")
    assert handler(object_created("incoming/june.csv"), CONTEXT).startswith("Added to window")
    (listed,) = scheduler.list_schedules(GroupName="abalone")["Schedules"]
    schedule = scheduler.get_schedule(Name=listed["Name"], GroupName="abalone")
    assert schedule["Target"]["Arn"] == FUNCTION
    assert schedule["ActionAfterCompletion"] == "DELETE"
    assert schedule["Target"]["DeadLetterConfig"] == {"Arn": ENVIRONMENT["UNDELIVERED_QUEUE_ARN"]}

    assert handler(json.loads(schedule["Target"]["Input"]), CONTEXT).startswith("Started arn:aws:sagemaker:")
    (execution,) = sagemaker.list_pipeline_executions(PipelineName="abalone-pipeline")["PipelineExecutionSummaries"]
    described = sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=execution["PipelineExecutionArn"])
    assert described["PipelineParameters"] == [
        {"Name": "InputData", "Value": "s3://abalone-data/incoming/"},
        {"Name": "InputDataType", "Value": "S3Prefix"},
    ]


def test_a_run_on_what_has_arrived_reads_a_manifest_that_is_there(
    account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MANIFEST_PREFIX_URI", MANIFESTS)
    s3, scheduler, sagemaker = account("s3"), account("scheduler"), account("sagemaker")
    for bucket in ("abalone-data", "abalone-artifacts"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="abalone-data", Key="incoming/2026/may.csv", Body=b"1")
    scheduler.create_schedule_group(Name="abalone")
    sagemaker.create_pipeline(
        PipelineName="abalone-pipeline", PipelineDefinition="{}", RoleArn=ENVIRONMENT["SCHEDULER_ROLE_ARN"]
    )
    handler(object_created("incoming/2026/may.csv"), CONTEXT)
    (listed,) = scheduler.list_schedules(GroupName="abalone")["Schedules"]
    schedule = scheduler.get_schedule(Name=listed["Name"], GroupName="abalone")
    started = handler(json.loads(schedule["Target"]["Input"]), CONTEXT)
    uri = started.removesuffix(".").rpartition(" ")[2]
    assert uri.startswith(MANIFESTS)
    content = s3.get_object(Bucket="abalone-artifacts", Key=uri.removeprefix("s3://abalone-artifacts/"))["Body"].read()
    assert json.loads(content) == [{"prefix": "s3://abalone-data/incoming/"}, "2026/may.csv"]
