"""The function as Lambda calls it, through boto3, against moto."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.functions.data_arrival.handler import handler
from tests.infra.functions.data_world import ENVIRONMENT, FUNCTION, object_created

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
    input_data, version = described["PipelineParameters"]
    assert input_data == {"Name": "InputData", "Value": "s3://abalone-data/incoming/"}
    assert (version["Name"], len(version["Value"])) == ("DataVersion", 64)
