"""The retraining function as Lambda calls it, through boto3, against moto."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from infra.functions.retraining.handler import handler
from tests.infra.functions.retraining_world import EPOCH, FUNCTION, QUEUES, WAIT, due_at

CONTEXT = SimpleNamespace(invoked_function_arn=FUNCTION)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    given = {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    for name, value in {**QUEUES, **given}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = cast("Callable[[str], Any]", boto3.client)
        client("scheduler").create_schedule_group(Name="abalone")
        client("sagemaker").create_pipeline(
            PipelineName="abalone-pipeline", PipelineDefinition="{}", RoleArn=QUEUES["SCHEDULER_ROLE_ARN"]
        )
        yield client


def test_a_due_time_becomes_a_run_with_the_request_that_it_carries(account: Callable[[str], Any]) -> None:
    sagemaker = account("sagemaker")
    assert handler(due_at(EPOCH), CONTEXT).startswith("Started arn:aws:sagemaker:")
    (execution,) = sagemaker.list_pipeline_executions(PipelineName="abalone-pipeline")["PipelineExecutionSummaries"]
    assert execution["PipelineExecutionDescription"] == due_at(EPOCH)["start"]["PipelineExecutionDescription"]
    described = sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=execution["PipelineExecutionArn"])
    assert described["PipelineParameters"] == due_at(EPOCH)["start"]["PipelineParameters"]


def test_a_due_time_during_a_run_becomes_a_schedule_that_brings_it_back(
    account: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run of moto's has ended as soon as it is started, so the one under way is put into its answer."""
    under_way = {"PipelineExecutionArn": "arn", "PipelineExecutionStatus": "Executing"}
    answer = json.dumps({"PipelineExecutionSummaries": [under_way]})
    monkeypatch.setattr("moto.sagemaker.responses.SageMakerResponse.list_pipeline_executions", lambda _: answer)
    assert handler(due_at(EPOCH), CONTEXT).startswith("Queued: ")
    scheduler = account("scheduler")
    (listed,) = scheduler.list_schedules(GroupName="abalone")["Schedules"]
    schedule = scheduler.get_schedule(Name=listed["Name"], GroupName="abalone")
    assert schedule["Target"]["Arn"] == FUNCTION
    back = json.loads(schedule["Target"]["Input"])
    assert back["start"] == due_at(EPOCH)["start"]
    assert back["waitedUntil"] % WAIT == 0
    assert handler(due_at(EPOCH + 7), CONTEXT).startswith("Not queued: ")
