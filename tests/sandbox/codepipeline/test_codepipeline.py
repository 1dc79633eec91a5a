"""CodePipeline's pipelines through boto3 and CloudFormation: versions, tags, and a template's spelling held to the letter."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import ClientOf
from tests.sandbox.codepipeline.structures import capitalised, structure
from tests.sandbox.stacks import OneResource


@pytest.fixture
def codepipeline(client: ClientOf) -> Any:
    return client("codepipeline")


@pytest.fixture
def stack(client: ClientOf) -> OneResource:
    return OneResource(client, "AWS::CodePipeline::Pipeline")


def test_a_pipeline_from_create_to_delete(codepipeline: Any) -> None:
    name = f"p-{uuid.uuid4().hex[:8]}"
    created = codepipeline.create_pipeline(pipeline=structure(name), tags=[{"key": "a", "value": "1"}])["pipeline"]
    assert (created["version"], created["stages"][0]["actions"][0]["runOrder"]) == (1, 1)
    with pytest.raises(ClientError, match=f"A pipeline with the name '{name}' already exists") as taken:
        codepipeline.create_pipeline(pipeline=structure(name))
    assert taken.value.response["Error"]["Code"] == "PipelineNameInUseException"
    changed = {**structure(name), "executionMode": "SUPERSEDED"}
    assert codepipeline.update_pipeline(pipeline=changed)["pipeline"]["version"] == 2
    found = codepipeline.get_pipeline(name=name)
    assert found["pipeline"]["executionMode"] == "SUPERSEDED"
    assert codepipeline.get_pipeline(name=name, version=1)["pipeline"]["executionMode"] == "QUEUED"
    arn = found["metadata"]["pipelineArn"]
    assert arn == f"arn:aws:codepipeline:us-east-1:000000000000:{name}"
    codepipeline.tag_resource(resourceArn=arn, tags=[{"key": "b", "value": "2"}])
    codepipeline.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert codepipeline.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "b", "value": "2"}]
    pages = codepipeline.get_paginator("list_pipelines").paginate(PaginationConfig={"PageSize": 1})
    assert name in [row["name"] for page in pages for row in page["pipelines"]]
    codepipeline.delete_pipeline(name=name)
    codepipeline.delete_pipeline(name=name)
    with pytest.raises(ClientError, match=f"Account '000000000000' does not have a pipeline with name '{name}'"):
        codepipeline.get_pipeline(name=name)


@pytest.mark.parametrize(
    ("operation", "request_", "code"),
    [
        ("get_pipeline", {"name": "no"}, "PipelineNotFoundException"),
        ("update_pipeline", {"pipeline": structure("no")}, "PipelineNotFoundException"),
        (
            "list_tags_for_resource",
            {"resourceArn": "arn:aws:codepipeline:us-east-1:000000000000:no"},
            "ResourceNotFoundException",
        ),
        ("start_pipeline_execution", {"name": "no"}, "PipelineNotFoundException"),
        ("get_pipeline_state", {"name": "no"}, "PipelineNotFoundException"),
        (
            "poll_for_jobs",
            {"actionTypeId": {"category": "Invoke", "owner": "Custom", "provider": "p", "version": "1"}},
            "NotImplemented",
        ),
    ],
)
def test_what_is_missing_is_named(codepipeline: Any, operation: str, request_: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(codepipeline, operation)(**request_)
    assert refused.value.response["Error"]["Code"] == code


def test_a_stack_makes_changes_and_removes_a_pipeline(stack: OneResource, codepipeline: Any) -> None:
    properties = capitalised(structure(stack.name))
    properties["Stages"][0]["Actions"][0]["Configuration"]["PollForSourceChanges"] = False
    properties["Stages"][2]["Actions"][1]["RunOrder"] = "2"
    outputs = stack.create(properties, Name={"Ref": "It"}, Version={"Fn::GetAtt": ["It", "Version"]})
    assert (outputs["Name"], outputs["Version"]) == (stack.name, "1")
    made = codepipeline.get_pipeline(name=stack.name)["pipeline"]
    assert made["stages"][0]["actions"][0]["configuration"]["PollForSourceChanges"] == "false"
    assert made["stages"][2]["actions"][1]["runOrder"] == 2
    stack.update({**properties, "ExecutionMode": "SUPERSEDED", "Tags": [{"Key": "a", "Value": "1"}]})
    after = codepipeline.get_pipeline(name=stack.name)
    assert (after["pipeline"]["version"], after["pipeline"]["executionMode"]) == (2, "SUPERSEDED")
    tags = codepipeline.list_tags_for_resource(resourceArn=after["metadata"]["pipelineArn"])["tags"]
    assert {"key": "a", "value": "1"} in tags
    stack.update({**properties, "Name": f"{stack.name}-new"})
    assert stack.physical_id == f"{stack.name}-new"
    with pytest.raises(ClientError, match="does not have a pipeline"):
        codepipeline.get_pipeline(name=stack.name)  # a new name is a new pipeline, and the old one goes
    stack.delete()
    with pytest.raises(ClientError, match="does not have a pipeline"):
        codepipeline.get_pipeline(name=f"{stack.name}-new")


def test_artifact_stores_are_a_list_in_a_template(stack: OneResource, codepipeline: Any) -> None:
    properties = capitalised(structure(stack.name))
    store = properties.pop("ArtifactStore")
    stack.create({**properties, "ArtifactStores": [{"Region": "us-east-1", "ArtifactStore": store}]})
    made = codepipeline.get_pipeline(name=stack.name)["pipeline"]
    assert made["artifactStores"] == {"us-east-1": {"type": "S3", "location": "bucket"}}


def test_a_template_closes_stages_and_starts_anew_after_an_update(stack: OneResource, codepipeline: Any) -> None:
    def enabled() -> list[bool]:
        states = codepipeline.get_pipeline_state(name=stack.name)["stageStates"]
        return [state["inboundTransitionState"]["enabled"] for state in states[1:]]

    def executions() -> int:
        return len(codepipeline.list_pipeline_executions(pipelineName=stack.name)["pipelineExecutionSummaries"])

    properties = capitalised(structure(stack.name))
    closed = [{"StageName": "Staging", "Reason": "Not yet"}]
    stack.create({**properties, "DisableInboundStageTransitions": closed})
    assert (enabled(), executions()) == ([True, False], 1)
    stack.update({**properties, "RestartExecutionOnUpdate": True})
    assert (enabled(), executions()) == ([True, True], 2)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"Colour": "red"}, "AWS::CodePipeline::Pipeline: Encountered unsupported property Colour"),
        ({"RoleARN": "r"}, "unsupported property RoleARN (did you mean RoleArn?)"),
        ({"DisableInboundStageTransitions": [{"StageName": "Bild", "Reason": "r"}]}, "there is no stage Bild"),
        ({"DisableInboundStageTransitions": [{"StageName": "Build"}]}, "StageName and Reason are required"),
        ({"ArtifactStores": [{"Region": "us-east-1"}]}, "Region and ArtifactStore are required"),
        ({"PipelineType": "V3"}, "enum value set: [V1, V2]"),
        ({"PipelineType": "V1"}, "variables are for pipelines of type V2 only"),
    ],
)
def test_a_wrong_property_is_named(stack: OneResource, change: dict[str, Any], sentence: str) -> None:
    assert sentence in stack.refusal({**capitalised(structure(stack.name)), **change})
