"""Requests that no client's library would send, and what they get: AWS's refusal, while everybody else is answered."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.settings import HOST, SandboxSettings
from tests.conftest import ClientOf
from tests.faults.templates import Neighbour
from tests.iam_roles import role
from tests.sandbox.test_bounds import LAUGHS, post

AS_SENT = Config(parameter_validation=False)
JSON = "application/x-amz-json-1.1"
DEEP = '{"a":' * 100_000 + "1" + "}" * 100_000

# service, operation, body
HOSTILE: dict[str, tuple[str, str, bytes]] = {
    "a time that no clock shows": ("sagemaker", "SageMaker.ListModels", b'{"CreationTimeAfter": 9223372036854775808}'),
    "a job without its algorithm": ("sagemaker", "SageMaker.CreateTrainingJob", b"{}"),
    "a deep body": ("codepipeline", "CodePipeline_20150709.ListPipelines", DEEP.encode()),
    "a deep definition": (
        *("sagemaker", "SageMaker.CreatePipeline"),
        json.dumps(
            {"PipelineName": "p", "PipelineDefinition": DEEP, "ClientRequestToken": "t" * 32, "RoleArn": "r" * 30}
        ).encode(),
    ),
    "a member of 20 MB": ("sagemaker", "SageMaker.DescribeModel", b'{"ModelName": "' + b"x" * 20_000_000 + b'"}'),
    "a body of 40 MB": ("sagemaker", "SageMaker.DescribeModel", b'{"ModelName": "' + b"x" * 40_000_000 + b'"}'),
    "a million members": (
        "sagemaker",
        "SageMaker.AddTags",
        b'{"ResourceArn": "x", "Tags": [' + b"1," * 1_000_000 + b"1]}",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_request_is_refused_briefly_while_others_are_answered(
    client: ClientOf, sandbox: SandboxSettings, kind: str
) -> None:
    service, target, body = HOSTILE[kind]
    with Neighbour(client) as neighbour:
        status, answer = post(sandbox, service, {"X-Amz-Target": target, "Content-Type": JSON}, body)
        neighbour.wait_for_answers(3)
    assert status == 400
    assert answer["__type"] in ("ValidationException", "SerializationException")
    assert len(json.dumps(answer)) < 20_000
    assert not neighbour.failures


def test_a_template_of_aliases_is_refused_while_others_are_answered(client: ClientOf) -> None:
    with Neighbour(client) as neighbour:
        for _ in range(20):
            with pytest.raises(ClientError, match="alias"):
                client("cloudformation").create_stack(StackName="laughs", TemplateBody=LAUGHS)
        neighbour.wait_for_answers(3)
    assert not neighbour.failures


@pytest.mark.parametrize("branch", ["a\0b", "x" * 200_000, "-x"])
def test_what_no_command_can_be_given_is_no_branch(client: ClientOf, branch: str) -> None:
    codecommit = client("codecommit", AS_SENT)
    if "odd" not in [each["repositoryName"] for each in codecommit.list_repositories()["repositories"]]:
        codecommit.create_repository(repositoryName="odd")
    put = {"repositoryName": "odd", "branchName": branch, "filePath": "a", "fileContent": b"a"}
    with pytest.raises(ClientError) as refused:
        codecommit.put_file(**put)
    assert refused.value.response["Error"]["Code"] in ("InvalidBranchNameException", "ValidationException")


def test_content_that_is_no_ascii_is_no_base64(sandbox: SandboxSettings) -> None:
    body = json.dumps({"repositoryName": "r", "branchName": "b", "filePath": "a", "fileContent": "é"}).encode()
    headers = {"X-Amz-Target": "CodeCommit_20150413.PutFile", "Content-Type": JSON}
    status, answer = post(sandbox, "codecommit", headers, body)
    assert (status, answer["__type"]) == (400, "ValidationException")
    assert "not base64" in answer["message"]


def test_a_repository_whose_description_was_taken_away_is_told_without_one(client: ClientOf) -> None:
    codecommit = client("codecommit")
    codecommit.create_repository(repositoryName="described", repositoryDescription="x")
    codecommit.update_repository_description(repositoryName="described")
    told: dict[str, Any] = codecommit.get_repository(repositoryName="described")["repositoryMetadata"]
    assert "repositoryDescription" not in told


@pytest.mark.parametrize("url", ["s3://bucket/", "s3://not a bucket/key"])
def test_an_artifact_that_no_bucket_can_hold_is_registered_without_an_etag(client: ClientOf, url: str) -> None:
    sagemaker, name = client("sagemaker"), f"odd-{len(url)}"
    sagemaker.create_model_package_group(ModelPackageGroupName=name)
    given = {"Containers": [{"Image": "i/i:1", "ModelDataUrl": url}]}
    made = sagemaker.create_model_package(ModelPackageGroupName=name, InferenceSpecification=given)
    described = sagemaker.describe_model_package(ModelPackageName=made["ModelPackageArn"])
    assert "ModelDataETag" not in described["InferenceSpecification"]["Containers"][0]


def test_a_package_that_serves_nobody_makes_no_model(client: ClientOf) -> None:
    sagemaker = client("sagemaker")
    arn = role(client, "serves-nobody")
    sagemaker.create_model_package_group(ModelPackageGroupName="serves-nobody")
    given = {"ModelPackageGroupName": "serves-nobody", "ModelApprovalStatus": "Approved"}
    package = sagemaker.create_model_package(**given)["ModelPackageArn"]
    container = {"ModelPackageName": package}
    with pytest.raises(ClientError, match="has no InferenceSpecification") as refused:
        sagemaker.create_model(ModelName="serves-nobody", PrimaryContainer=container, ExecutionRoleArn=arn)
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_request_of_90_mb_is_refused_before_it_is_read(client: ClientOf, sandbox: SandboxSettings) -> None:
    with socket.create_connection((HOST, sandbox.port), timeout=20) as connection:
        connection.sendall(
            f"POST / HTTP/1.1\r\nHost: {HOST}:{sandbox.port}\r\nContent-Length: 94371840\r\n\r\n".encode()
        )
        answer = connection.recv(4_096).decode()
    assert answer.startswith("HTTP/1.1 413")
    assert client("sagemaker").list_models()["Models"] is not None


def test_an_object_may_be_larger_than_any_other_request(client: ClientOf) -> None:
    s3, body = client("s3"), bytes(90 * 1024 * 1024)
    s3.create_bucket(Bucket="large-object")
    s3.put_object(Bucket="large-object", Key="x", Body=body)
    assert s3.head_object(Bucket="large-object", Key="x")["ContentLength"] == len(body)
    s3.delete_object(Bucket="large-object", Key="x")
