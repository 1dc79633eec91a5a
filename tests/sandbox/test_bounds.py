"""No text expands or nests without bound: refused before it is parsed, whatever the service."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from sandbox.bounds import DEEPEST, OutOfBounds, check_json, check_xml, check_yaml
from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf

LAUGHS = "\n".join(
    ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    + ["Resources: {T: {Type: AWS::SNS::Topic}}"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=60,
)


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


@given(JSON)
def test_an_honest_document_is_within_bounds(document: object) -> None:
    check_json(json.dumps(document))
    check_json(json.dumps([document, "[" * 2 * DEEPEST, '\\"' + "{" * 2 * DEEPEST]))


@pytest.mark.parametrize("text", [nested(DEEPEST + 1), "[" * 1_000_000, '{"a":' * (DEEPEST + 1)])
def test_deep_json_is_out_of_bounds(text: str) -> None:
    with pytest.raises(OutOfBounds, match="deeper than 200"):
        check_json(text)
    check_json(nested(DEEPEST))


def test_an_unclosed_text_of_quotes_is_read_once() -> None:
    check_json('"' + '\\"' * 1_000_000 + "[" * 2 * DEEPEST)  # by backtracking this would take hours


@given(st.text(max_size=60))
def test_no_text_breaks_the_look_at_it(text: str) -> None:
    for check in (check_json, check_yaml):
        try:
            check(text)
        except OutOfBounds as error:
            assert "alias" in str(error)


@pytest.mark.parametrize("text", ["[" * 10_000, "\n".join(" " * n + "a:" for n in range(DEEPEST + 2))])
def test_deep_yaml_is_out_of_bounds(text: str) -> None:
    with pytest.raises(OutOfBounds, match="deeper than 200"):
        check_yaml(text)


def test_an_alias_is_out_of_bounds_where_it_is_not_welcome() -> None:
    with pytest.raises(OutOfBounds, match=r"an alias, \*a0, at line 2"):
        check_yaml(LAUGHS)
    check_yaml(LAUGHS, aliases=True)


def test_a_template_of_nested_aliases_is_refused_and_everybody_else_is_answered(client: ClientOf) -> None:
    cloudformation = client("cloudformation")
    for call in (cloudformation.validate_template, lambda **given: cloudformation.create_stack(StackName="l", **given)):
        with pytest.raises(ClientError, match=r"alias, \*a0") as refused:
            call(TemplateBody=LAUGHS)
        assert refused.value.response["Error"]["Code"] == "ValidationError"
    client("sagemaker").list_models()


@pytest.mark.parametrize("service", ["sagemaker", "codebuild", "events", "dynamodb"])
def test_a_deep_body_is_refused_with_a_reason(sandbox: SandboxSettings, service: str) -> None:
    targets = {
        "sagemaker": "SageMaker.ListModels",
        "codebuild": "CodeBuild_20161006.ListProjects",
        "events": "AWSEvents.ListRules",
        "dynamodb": "DynamoDB_20120810.ListTables",
    }
    headers = {"X-Amz-Target": targets[service], "Content-Type": "application/x-amz-json-1.1"}
    status, answer = post(sandbox, service, headers, b'{"a":' * 100_000)
    assert status == 400
    assert answer["__type"] == "SerializationException"
    assert "deeper than 200" in answer["message"]


def post(settings: SandboxSettings, service: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
    request = AWSRequest("POST", f"{settings.endpoint_url}/", headers, body)
    key = settings.root_key
    SigV4Auth(Credentials(key.id, key.secret), service, settings.region).add_auth(request)
    sent = urllib.request.Request(str(request.url), data=body, headers=dict(request.headers), method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(sent, timeout=20) as response:  # noqa: S310 (the sandbox's own address)
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_deep_policy_and_a_deep_definition_are_refused(client: ClientOf) -> None:
    with pytest.raises(ClientError, match="deeper than 200"):
        client("iam").create_role(RoleName="deep", AssumeRolePolicyDocument='{"a":' * 3000 + "1" + "}" * 3000)
    with pytest.raises(ClientError, match=r"Unable to parse pipeline definition.*deeper than 200"):
        client("sagemaker").create_pipeline(
            PipelineName="deep",
            PipelineDefinition='{"a":' * 3000 + "1" + "}" * 3000,
            ClientRequestToken="0" * 32,
            RoleArn="arn:aws:iam::000000000000:role/deep",
        )


def test_a_refusal_never_echoes_a_large_value(client: ClientOf) -> None:
    with pytest.raises(ClientError) as refused:
        client("sagemaker").describe_model(ModelName="x" * 100_000)
    assert len(str(refused.value)) < 2000


def test_a_time_that_no_clock_shows_is_a_validation_error(sandbox: SandboxSettings) -> None:
    headers = {"X-Amz-Target": "SageMaker.ListModels", "Content-Type": "application/x-amz-json-1.1"}
    status, answer = post(sandbox, "sagemaker", headers, b'{"CreationTimeAfter": 9223372036854775808}')
    assert (status, answer["__type"]) == (400, "ValidationException")


@pytest.mark.parametrize(
    "body", [b"<a>" * 1_000, b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"<a>" + b"x" * 3_000 + b"</a>"]
)
def test_xml_is_out_of_bounds_by_depth_entities_and_size(body: bytes) -> None:
    with pytest.raises(OutOfBounds):
        check_xml(body, largest=2_000 if b"x" in body else 10_000)
    check_xml(b"<a>" * DEEPEST + b"</a>" * DEEPEST + b"malformed", largest=10_000)


@pytest.mark.parametrize("body", ["<Delete>" * 300_000, "<!DOCTYPE a [<!ENTITY b 'c'>]><Delete>&b;</Delete>"])
def test_a_document_of_s3_that_expands_or_nests_is_malformed(
    client: ClientOf, sandbox: SandboxSettings, body: str
) -> None:
    client("s3").create_bucket(Bucket="bounded")
    request = AWSRequest("POST", f"{sandbox.endpoint_url}/bounded", {}, body.encode(), {"delete": ""})
    key = sandbox.root_key
    S3SigV4Auth(Credentials(key.id, key.secret), "s3", sandbox.region).add_auth(request)
    sent = request.prepare()
    asked = urllib.request.Request(sent.url, data=body.encode(), headers=dict(sent.headers), method="POST")  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked, timeout=20)  # noqa: S310 (the sandbox's own address)
    assert refused.value.code == 400
    assert b"<Code>MalformedXML</Code>" in refused.value.read()


def test_an_object_of_xml_is_whatever_it_is(client: ClientOf) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="bounded-object")
    body = b"<a>" * 1_000
    s3.put_object(Bucket="bounded-object", Key="x", Body=body)
    assert s3.get_object(Bucket="bounded-object", Key="x")["Body"].read() == body


def test_half_of_a_surrogate_pair_is_no_text(sandbox: SandboxSettings) -> None:
    headers = {"X-Amz-Target": "SageMaker.DescribeModel", "Content-Type": "application/x-amz-json-1.1"}
    status, answer = post(sandbox, "sagemaker", headers, b'{"ModelName": "\\ud800"}')
    assert (status, answer["__type"]) == (400, "SerializationException")
    status, answer = post(sandbox, "sagemaker", headers, b'{"ModelName": "\\ud83d\\ude00"}')
    assert (status, answer["__type"]) == (400, "ValidationException")


def test_a_refusal_of_many_members_names_the_first(sandbox: SandboxSettings) -> None:
    headers = {"X-Amz-Target": "SageMaker.AddTags", "Content-Type": "application/x-amz-json-1.1"}
    for body in (
        {"ResourceArn": "x", "Tags": [1] * 5_000},
        {"ResourceArn": "x", "Tags": [{"Key": "", "Value": "x" * 999}] * 5_000},
    ):
        status, answer = post(sandbox, "sagemaker", headers, json.dumps(body).encode())
        assert status == 400
        assert len(answer["message"]) <= 8_003


def test_a_refused_value_that_botocore_shows_is_cut(sandbox: SandboxSettings) -> None:
    headers = {"X-Amz-Target": "SageMaker.DescribeModel", "Content-Type": "application/x-amz-json-1.1"}
    status, answer = post(sandbox, "sagemaker", headers, json.dumps({"ModelName": ["x" * 100_000]}).encode())
    assert status == 400
    assert len(answer["message"]) < 2_000
