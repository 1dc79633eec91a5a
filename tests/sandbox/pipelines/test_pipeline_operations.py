"""CreatePipeline and its kin."""

from __future__ import annotations

import json

import pytest

from sandbox.errors import ConflictError, ResourceNotFound, ValidationError
from sandbox.sagemaker import tags
from tests.sandbox.pipelines.definitions import definition, fail, processing
from tests.sandbox.pipelines.world import ROLE, Pipelines

TOKEN = "t" * 32


def test_a_pipeline_is_described_as_it_was_created(world: Pipelines) -> None:
    text = json.dumps(definition(fail("F")), indent=1)
    arn = world.create(text, PipelineDescription="what for", Tags=[{"Key": "commit", "Value": "abc"}])
    described = world.call("DescribePipeline", PipelineName=arn)
    assert described["PipelineDefinition"] == text
    assert (described["PipelineName"], described["PipelineDisplayName"]) == ("p", "p")
    assert (described["PipelineStatus"], described["PipelineDescription"]) == ("Active", "what for")
    assert described["RoleArn"] == ROLE
    assert tags.of(world.sagemaker, arn) == [{"Key": "commit", "Value": "abc"}]


def test_a_taken_name_is_refused_in_the_words_the_sdks_upsert_looks_for(world: Pipelines) -> None:
    world.create(definition(fail("F")))
    with pytest.raises(ValidationError, match="must be unique within an AWS account"):
        world.create(definition(fail("F")))


def test_an_update_makes_a_version_when_the_definition_changes(world: Pipelines) -> None:
    old, new = json.dumps(definition(fail("Old"))), json.dumps(definition(fail("New")))
    world.create(old)
    update = {"PipelineName": "p", "PipelineDefinition": new}
    assert world.call("UpdatePipeline", **update)["PipelineVersionId"] == 2
    assert world.call("UpdatePipeline", **update, PipelineDescription="d")["PipelineVersionId"] == 2
    assert world.call("DescribePipeline", PipelineName="p", PipelineVersionId=1)["PipelineDefinition"] == old
    listed = world.call("ListPipelineVersions", PipelineName="p")["PipelineVersionSummaries"]
    assert [each["PipelineVersionId"] for each in listed] == [2, 1]
    _, steps = world.run(PipelineVersionId=1)
    assert list(steps) == ["Old"]


def test_a_definition_may_come_from_s3(world: Pipelines) -> None:
    text = json.dumps(definition(fail("F")))
    world.objects.content["defs/p.json"] = text.encode()
    place = {"Bucket": "bucket", "ObjectKey": "defs/p.json"}
    world.call("CreatePipeline", PipelineName="p", PipelineDefinitionS3Location=place, RoleArn=ROLE)
    assert world.call("DescribePipeline", PipelineName="p")["PipelineDefinition"] == text


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ({}, "Either PipelineDefinition or PipelineDefinitionS3Location must be provided"),
        (
            {"PipelineDefinitionS3Location": {"Bucket": "bucket", "ObjectKey": "none"}},
            "no pipeline definition at s3://bucket/none",
        ),
        ({"PipelineDefinitionS3Location": {"Bucket": "bucket", "ObjectKey": "binary"}}, "not UTF-8"),
        (
            {"PipelineDefinition": "{}", "PipelineDefinitionS3Location": {"Bucket": "bucket", "ObjectKey": "k"}},
            "give one of them",
        ),
    ],
)
def test_a_definition_that_cannot_be_had_is_refused(world: Pipelines, source: dict[str, object], sentence: str) -> None:
    world.objects.content["binary"] = b"\xff"
    with pytest.raises(ValidationError, match=sentence):
        world.call("CreatePipeline", PipelineName="p", RoleArn=ROLE, **source)


def test_an_unknown_pipeline_or_execution_is_not_found(world: Pipelines) -> None:
    execution = world.sagemaker.arn("pipeline/none/execution/abcabcabcabc")
    for operation in ("DescribePipeline", "DeletePipeline", "StartPipelineExecution", "ListPipelineExecutions"):
        with pytest.raises(ResourceNotFound, match="pipeline/none' does not exist"):
            world.call(operation, PipelineName="none")
    for operation in ("DescribePipelineExecution", "StopPipelineExecution", "RetryPipelineExecution"):
        with pytest.raises(ResourceNotFound, match="execution/abcabcabcabc' does not exist"):
            world.call(operation, PipelineExecutionArn=execution)


def test_the_same_token_creates_one_pipeline(world: Pipelines) -> None:
    arn = world.create(definition(fail("F")), ClientRequestToken=TOKEN)
    assert world.create(definition(fail("F")), ClientRequestToken=TOKEN) == arn


def test_a_pipeline_is_deleted_with_its_executions_but_not_while_one_runs(world: Pipelines) -> None:
    world.create(definition(processing("A")))
    world.jobs.scripts = {"A": ["Hold"]}
    arn = world.start()
    world.await_step(arn, "A", "Executing")
    with pytest.raises(ConflictError, match="stop it first"):
        world.call("DeletePipeline", PipelineName="p")
    world.jobs.release("A")
    world.end(arn)
    world.call("DeletePipeline", PipelineName="p")
    with pytest.raises(ResourceNotFound):
        world.call("DescribePipelineExecution", PipelineExecutionArn=arn)
    world.create(definition(fail("F")))
    assert world.call("ListPipelineExecutions", PipelineName="p")["PipelineExecutionSummaries"] == []


def test_pipelines_are_listed_newest_first_by_prefix_in_pages(world: Pipelines) -> None:
    for name in ("b-1", "a-1", "a-2", "a-3"):
        world.create(definition(fail("F")), name=name)
    listed = world.call("ListPipelines", PipelineNamePrefix="a", MaxResults=2)
    names = [each["PipelineName"] for each in listed["PipelineSummaries"]]
    listed = world.call("ListPipelines", PipelineNamePrefix="a", MaxResults=2, NextToken=listed["NextToken"])
    assert names + [each["PipelineName"] for each in listed["PipelineSummaries"]] == ["a-3", "a-2", "a-1"]
    by_name = world.call("ListPipelines", SortBy="Name", SortOrder="Ascending")["PipelineSummaries"]
    assert [each["PipelineName"] for each in by_name] == ["a-1", "a-2", "a-3", "b-1"]


def test_executions_are_listed_newest_first_with_what_went_wrong(world: Pipelines) -> None:
    arn = world.create(definition(fail("F")))
    executions = [world.run(PipelineExecutionDescription=f"run {n}")[0] for n in range(3)]
    listed = world.call("ListPipelineExecutions", PipelineName=arn)["PipelineExecutionSummaries"]
    by_time = sorted(executions, key=lambda each: (each["CreationTime"], each["PipelineExecutionArn"]), reverse=True)
    assert [each["PipelineExecutionArn"] for each in listed] == [each["PipelineExecutionArn"] for each in by_time]
    assert {each["PipelineExecutionFailureReason"] for each in listed} == {executions[0]["FailureReason"]}
    assert "LastRunTime" in world.call("DescribePipeline", PipelineName="p")
