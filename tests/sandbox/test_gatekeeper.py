"""No web page and no other name reaches the sandbox, whatever a browser is made to send; and nobody else's signature does."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from sandbox.gatekeeper import is_own
from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf

EVIL = "https://evil.example"


def answer(settings: SandboxSettings, method: str = "POST", path: str = "/", **headers: str) -> int:
    """The status of a request of the root's, with these headers beside."""
    target = {"X-Amz-Target": "SageMaker.ListModels", "Content-Type": "application/x-amz-json-1.1"}
    request = AWSRequest(method, f"{settings.endpoint_url}{path}", target, b"{}")
    key = settings.root_key
    SigV4Auth(Credentials(key.id, key.secret), "sagemaker", settings.region).add_auth(request)
    connection = http.client.HTTPConnection("127.0.0.1", settings.port, timeout=10)
    connection.request(method, path, body=b"{}", headers={**dict(request.headers), **headers})
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 403),  # a page in a bucket
        ({"Sec-Fetch-Site": "same-site"}, 403),  # a page on another port of this machine
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": EVIL}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:3000"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Referer": f"{EVIL}/page"}, 403),
        ({"Referer": "http://127.0.0.1:1/page"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": "evil.example\\.localhost"}, 403),
        ({"Host": "evil.example@localhost"}, 403),
        ({"Host": ""}, 403),
    ],
)
def test_only_this_machines_programs_are_answered(
    sandbox: SandboxSettings, headers: dict[str, str], status: int
) -> None:
    assert answer(sandbox, **headers) == status


@pytest.mark.parametrize("header", ["Origin", "Referer"])
def test_a_page_of_the_sandboxs_own_address_is_a_page_too(sandbox: SandboxSettings, header: str) -> None:
    """It lies in a bucket, where anybody may have put it."""
    assert answer(sandbox, **{header: sandbox.endpoint_url}) == 403


def test_a_pages_preflight_is_refused(sandbox: SandboxSettings) -> None:
    assert answer(sandbox, "OPTIONS", **{"Origin": EVIL}) == 403


def test_no_answer_lets_another_page_read_it(sandbox: SandboxSettings) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    connection.request("OPTIONS", "/")
    names = [name.lower() for name, _ in connection.getresponse().getheaders()]
    connection.close()
    assert not [name for name in names if name.startswith("access-control-")]


@pytest.mark.parametrize("action", ["CreateStack", "CreateUser", "Publish", "SendMessage", "AssumeRole"])
def test_no_get_acts_though_the_root_has_signed_it(sandbox: SandboxSettings, action: str) -> None:
    assert answer(sandbox, "GET", f"/?{urlencode({'Action': action, 'Version': '2010-05-15'})}") == 403


def attempt(settings: SandboxSettings, service: str, operation: str, *, key: str, secret: str) -> str:
    """The code of the refusal, or "" for an answer."""
    client: Any = boto3.Session(key, secret, region_name=settings.region).client(
        service,  # type: ignore[call-overload]
        endpoint_url=settings.endpoint_url,
    )
    try:
        getattr(client, operation)()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return ""


CALLS = [
    ("sagemaker", "list_models"),
    ("codecommit", "list_repositories"),
    ("codebuild", "list_projects"),
    ("codepipeline", "list_pipelines"),
    ("s3", "list_buckets"),
    ("sts", "get_caller_identity"),
    ("iam", "list_users"),
    ("cloudformation", "list_stacks"),
    ("lambda", "list_functions"),
    ("sqs", "list_queues"),
    ("sns", "list_topics"),
    ("events", "list_rules"),
    ("scheduler", "list_schedules"),
    ("logs", "describe_log_groups"),
    ("kms", "list_keys"),
]


@pytest.mark.parametrize(("service", "operation"), CALLS)
def test_the_roots_key_id_is_worth_nothing_without_its_secret(
    sandbox: SandboxSettings, service: str, operation: str
) -> None:
    key = sandbox.root_key
    assert attempt(sandbox, service, operation, key=key.id, secret=key.secret) == ""
    assert "Signature" in attempt(sandbox, service, operation, key=key.id, secret=key.secret[::-1])


@pytest.mark.parametrize("key", ["sandbox", "test", "000000000000", "AKIAIOSFODNN7EXAMPLE"])
@pytest.mark.parametrize(("service", "operation"), [("sagemaker", "list_models"), ("s3", "list_buckets")])
def test_no_other_key_is_the_roots(sandbox: SandboxSettings, service: str, operation: str, key: str) -> None:
    refused = attempt(sandbox, service, operation, key=key, secret=key)
    assert refused in ("UnrecognizedClientException", "InvalidAccessKeyId")


def test_an_unsigned_request_sees_what_a_bucket_policy_shows_everybody_and_nothing_else(
    sandbox: SandboxSettings, client: ClientOf
) -> None:
    s3, bucket = client("s3"), "unsigned-readers"
    s3.create_bucket(Bucket=bucket)
    s3.delete_public_access_block(Bucket=bucket)  # a new bucket's policy may let nobody unknown in
    for key in ("public/a", "private/b"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"here")
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/public/*",
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    assert unsigned(f"{sandbox.endpoint_url}/{bucket}/public/a") == 200
    assert unsigned(f"{sandbox.endpoint_url}/{bucket}/private/b") == 403
    assert unsigned(f"{sandbox.endpoint_url}/{bucket}/public/a", method="PUT") == 403
    presigned = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "private/b"})
    assert unsigned(presigned) == 200
    assert unsigned(presigned.replace("Signature=", "Signature=0")) == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/_sandbox/clock"),
        ("POST", "/_sandbox/clock"),
        ("GET", "/_sandbox/permissions"),
        ("GET", "/_sandbox/deliveries"),
        ("POST", "/_ministack/reset"),
        ("POST", "/_ministack/config"),
        ("GET", "/_ministack/sqs/messages"),
        ("GET", "/_ministack/ses/messages"),
    ],
)
def test_no_control_answers_who_is_not_the_root(sandbox: SandboxSettings, method: str, path: str) -> None:
    assert unsigned(f"{sandbox.endpoint_url}{path}", method=method) == 403


def unsigned(url: str, *, method: str = "GET") -> int:
    request = urllib.request.Request(url, data=b'{"advance": 1}' if method != "GET" else None, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 (the sandbox's own address)
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_homes_key_is_its_owners_alone(sandbox: SandboxSettings) -> None:
    assert (sandbox.home / "root-key.json").stat().st_mode & 0o777 == 0o600


@given(st.text(max_size=40))
def test_no_text_breaks_the_look_at_a_host(text: str) -> None:
    assert is_own(f"//{text}") in (True, False)


@given(st.from_regex(r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,20}){1,3}", fullmatch=True))
def test_a_name_of_the_internet_is_never_ours(name: str) -> None:
    assert not is_own(f"//{name}:80") or name.endswith(".localhost")
