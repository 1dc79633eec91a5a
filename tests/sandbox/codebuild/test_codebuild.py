"""CodeBuild's projects through boto3 and CloudFormation."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from tests.conftest import ClientOf
from tests.sandbox.stacks import OneResource

ROLE = "arn:aws:iam::000000000000:role/build"
ENVIRONMENT = {
    "type": "LINUX_CONTAINER",
    "image": "aws/codebuild/standard:7.0",
    "computeType": "BUILD_GENERAL1_SMALL",
    "environmentVariables": [{"name": "A", "value": "1"}],
}
PROJECT: dict[str, Any] = {
    "source": {"type": "CODEPIPELINE", "buildspec": "buildspec.yml"},
    "artifacts": {"type": "CODEPIPELINE"},
    "environment": ENVIRONMENT,
    "serviceRole": ROLE,
}
PROPERTIES: dict[str, Any] = {
    "ServiceRole": ROLE,
    "Source": {"Type": "CODEPIPELINE", "BuildSpec": "buildspec.yml"},
    "Artifacts": {"Type": "CODEPIPELINE"},
    "Environment": {
        "Type": "LINUX_CONTAINER",
        "Image": "aws/codebuild/standard:7.0",
        "ComputeType": "BUILD_GENERAL1_SMALL",
        "PrivilegedMode": "false",
        "EnvironmentVariables": [{"Name": "A", "Value": "1", "Type": "PLAINTEXT"}],
    },
    "TimeoutInMinutes": "30",
    "LogsConfig": {"S3Logs": {"Status": "DISABLED"}},
}


@pytest.fixture
def codebuild(client: ClientOf) -> Any:
    return client("codebuild")


@pytest.fixture
def stack(client: ClientOf) -> OneResource:
    return OneResource(client, "AWS::CodeBuild::Project")


def described(codebuild: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = codebuild.batch_get_projects(names=[name])["projects"][0]
    return found


def test_a_project_from_create_to_delete(codebuild: Any) -> None:
    name = f"p-{uuid.uuid4().hex[:8]}"
    created = codebuild.create_project(name=name, **PROJECT)["project"]
    assert created["arn"] == f"arn:aws:codebuild:us-east-1:000000000000:project/{name}"
    assert (created["timeoutInMinutes"], created["environment"]["privilegedMode"]) == (60, False)
    with pytest.raises(ClientError, match="Project already exists"):
        codebuild.create_project(name=name, **PROJECT)
    updated = codebuild.update_project(name=name, description="new", badgeEnabled=True)["project"]
    assert (updated["description"], updated["source"], updated["badge"]) == (
        "new",
        PROJECT["source"],
        {"badgeEnabled": True},
    )
    assert updated["created"] == created["created"]
    assert name in codebuild.list_projects()["projects"]
    found = codebuild.batch_get_projects(names=[created["arn"], "no-such"])
    assert [project["name"] for project in found["projects"]] == [name]
    assert found["projectsNotFound"] == ["no-such"]
    codebuild.delete_project(name=name)
    codebuild.delete_project(name=name)  # of what is gone: AWS says nothing
    with pytest.raises(ClientError, match="Project cannot be found"):
        codebuild.update_project(name=name, description="d")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"artifacts": {"type": "NO_ARTIFACTS"}}, "CODEPIPELINE is for both or for neither"),
        ({"source": {"type": "GITHUB"}, "artifacts": {"type": "NO_ARTIFACTS"}}, "location must be given"),
        ({"source": {"type": "NO_SOURCE"}, "artifacts": {"type": "NO_ARTIFACTS"}}, "buildspec must be given"),
        ({"environment": {**ENVIRONMENT, "computeType": "BUILD_GENERAL1_TINY"}}, "enum value set"),
        ({"timeoutInMinutes": 4}, "min value: 5"),
    ],
)
def test_what_aws_refuses_is_refused(codebuild: Any, change: dict[str, Any], sentence: str) -> None:
    with pytest.raises((ClientError, ParamValidationError), match=sentence):
        codebuild.create_project(name="refused", **{**PROJECT, **change})
    assert codebuild.batch_get_projects(names=["refused"])["projects"] == []


def test_a_stack_makes_changes_and_removes_a_project(stack: OneResource, codebuild: Any) -> None:
    outputs = stack.create(PROPERTIES, Name={"Ref": "It"}, Arn={"Fn::GetAtt": ["It", "Arn"]})
    made = described(codebuild, outputs["Name"])
    assert outputs["Arn"] == made["arn"]
    assert outputs["Name"].startswith("It-")
    assert (made["timeoutInMinutes"], made["environment"]["privilegedMode"]) == (30, False)
    changed = {**PROPERTIES, "Description": "new"}
    del changed["TimeoutInMinutes"]
    stack.update(changed)
    assert stack.physical_id == outputs["Name"]
    after = described(codebuild, outputs["Name"])
    assert (after["description"], after["timeoutInMinutes"]) == ("new", 60)  # what the template drops goes back
    assert {"key": "aws:cloudformation:stack-name", "value": stack.name} in after["tags"]
    stack.delete()
    assert codebuild.batch_get_projects(names=[outputs["Name"]])["projects"] == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"Colour": "red"}, "AWS::CodeBuild::Project: Encountered unsupported property Colour"),
        (
            {"Source": {"Type": "CODEPIPELINE", "Buildspec": "b"}},
            "unsupported property Buildspec (did you mean BuildSpec?)",
        ),
        ({"name": "small"}, "unsupported property name (did you mean Name?)"),
        ({"TimeoutInMinutes": "soon"}, "TimeoutInMinutes: 'soon' is not a number"),
        ({"Triggers": {"Webhook": True}}, "the property Triggers is not in the sandbox"),
        ({"Visibility": "PUBLIC_READ"}, "the property Visibility is not in the sandbox"),
    ],
)
def test_a_wrong_property_is_named(stack: OneResource, change: dict[str, Any], sentence: str) -> None:
    assert sentence in stack.refusal({**PROPERTIES, **change})
