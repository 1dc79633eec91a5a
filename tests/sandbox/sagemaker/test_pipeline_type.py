"""AWS::SageMaker::Pipeline through CloudFormation: made, changed, tagged, replaced and deleted."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import ClientOf
from tests.iam_roles import EVERYTHING, role
from tests.sandbox.stacks import OneResource

KIND = "AWS::SageMaker::Pipeline"


def definition(message: str) -> str:
    return json.dumps(
        {"Version": "2020-12-01", "Steps": [{"Name": "F", "Type": "Fail", "Arguments": {"ErrorMessage": message}}]}
    )


class Described:
    """A stack with one pipeline, and the pipeline as the API shows it."""

    def __init__(self, client: ClientOf) -> None:
        self.stack, self.sagemaker, self.s3 = OneResource(client, KIND), client("sagemaker"), client("s3")
        self.name = f"p-{uuid.uuid4().hex[:8]}"
        self.role = role(client, "pipelines-of-stacks", statements=EVERYTHING)

    def properties(self, message: str = "one", **more: Any) -> dict[str, Any]:
        body = {"PipelineDefinitionBody": definition(message)}
        return {"PipelineName": self.name, "PipelineDefinition": body, "RoleArn": self.role, **more}

    def now(self) -> dict[str, Any]:
        return dict(self.sagemaker.describe_pipeline(PipelineName=self.name))

    def tags(self) -> dict[str, str]:
        found = self.sagemaker.list_tags(ResourceArn=self.now()["PipelineArn"])["Tags"]
        return {tag["Key"]: tag["Value"] for tag in found if not tag["Key"].startswith("aws:")}


@pytest.fixture
def described(client: ClientOf) -> Described:
    return Described(client)


def test_a_pipeline_from_its_body_with_tags_and_parallelism(described: Described) -> None:
    given = described.properties(
        PipelineDisplayName="shown",
        PipelineDescription="told",
        ParallelismConfiguration={"MaxParallelExecutionSteps": "4"},
        Tags=[{"Key": "team", "Value": "shellfish"}],
    )
    outputs = described.stack.create(given, Ref={"Ref": "It"})
    assert outputs == {"Ref": described.name}
    made = described.now()
    assert made["PipelineDefinition"] == definition("one")
    assert (made["PipelineDisplayName"], made["PipelineDescription"]) == ("shown", "told")
    assert made["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 4}
    assert described.tags() == {"team": "shellfish"}
    assert described.sagemaker.start_pipeline_execution(PipelineName=described.name)["PipelineExecutionArn"]


def test_a_pipeline_from_s3(described: Described) -> None:
    described.s3.create_bucket(Bucket=described.name)
    described.s3.put_object(Bucket=described.name, Key="a/definition.json", Body=definition("in s3").encode())
    place = {"PipelineDefinitionS3Location": {"Bucket": described.name, "Key": "a/definition.json"}}
    described.stack.create(described.properties() | {"PipelineDefinition": place})
    assert described.now()["PipelineDefinition"] == definition("in s3")


def test_an_update_changes_it_in_place_and_makes_a_version(described: Described) -> None:
    described.stack.create(described.properties(Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}]))
    before = described.now()
    described.stack.update(described.properties("two", Tags=[{"Key": "b", "Value": "2"}]))
    after = described.now()
    assert (after["CreationTime"], after["PipelineDefinition"]) == (before["CreationTime"], definition("two"))
    assert described.tags() == {"b": "2"}
    versions = described.sagemaker.list_pipeline_versions(PipelineName=described.name)["PipelineVersionSummaries"]
    assert len(versions) == 2


def test_another_name_replaces_it(described: Described) -> None:
    described.stack.create(described.properties())
    other = f"{described.name}-other"
    described.stack.update(described.properties() | {"PipelineName": other})
    assert described.sagemaker.describe_pipeline(PipelineName=other)["PipelineName"] == other
    with pytest.raises(ClientError, match="does not exist"):
        described.now()


def test_a_deleted_stack_takes_it_along_and_makes_it_anew(described: Described) -> None:
    described.stack.create(described.properties())
    described.stack.delete()
    with pytest.raises(ClientError, match="does not exist"):
        described.now()
    described.stack.create(described.properties())
    assert described.now()["PipelineStatus"] == "Active"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"PipelineDefinition": {"PipelineDefinitionBody": "{"}}, "It is not JSON"),
        ({"PipelineDefinition": {}}, "one of PipelineDefinitionBody and PipelineDefinitionS3Location"),
        ({"PipelineDefinition": None}, "required key [PipelineDefinition] not found"),
        ({"Colour": "red"}, "Colour"),
        (
            {"PipelineDefinition": {"PipelineDefinitionS3Location": {"Bucket": "bucket", "Key": "k", "Version": "1"}}},
            "by its VersionId is not in the sandbox",
        ),
        (
            {"PipelineDefinition": {"PipelineDefinitionS3Location": {"Bucket": "bucket", "Key": "k", "ETag": "1"}}},
            "ETag is not in the sandbox",
        ),
    ],
)
def test_what_is_wrong_is_named(described: Described, change: dict[str, Any], told: str) -> None:
    given = {name: value for name, value in (described.properties() | change).items() if value is not None}
    assert told in described.stack.refusal(given)


def test_a_type_that_is_absent_is_said_to_be_so(client: ClientOf) -> None:
    with pytest.raises(ClientError, match=r"AWS::SageMaker::Domain.*not in the sandbox"):
        OneResource(client, "AWS::SageMaker::Domain").create({})
