"""The bucket's policy and the permissions of the build, as the templates have them, in a sandbox: code is written once."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from pipelines.source_code import CodeStore, SourceCode
from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf
from tests.verifiers.assemblies import assembled
from tests.verifiers.facts import actors, bucket
from tests.verifiers.roles import listed
from tests.verifiers.tools.policies import plain

CODE = SourceCode((("main.py", b"print()\n"),))
KEY = f"code/{CODE.digest}/main.py"


@pytest.fixture(scope="module")
def artifacts(client: ClientOf) -> str:
    """A bucket with the policy of the template's, by the name that the statements have for it."""
    assembly = assembled("default")
    made = bucket(assembly, "Artifacts")
    client("s3").create_bucket(Bucket=made.name)
    [policy] = [one for one in assembly.of("AWS::S3::BucketPolicy") if one.properties["Bucket"] == made.name]
    document = json.dumps(plain(policy.properties["PolicyDocument"]))
    client("s3").put_bucket_policy(Bucket=made.name, Policy=document)
    return made.name


@pytest.fixture(scope="module")
def build(sandbox: SandboxSettings, client: ClientOf) -> Any:
    """S3 as the build's role sees it, with that role's very statements."""
    trust = {"Effect": "Allow", "Principal": {"AWS": sandbox.account}, "Action": "sts:AssumeRole"}
    name = "code-written-once"
    arn = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=_document(trust))["Role"]["Arn"]
    statements = [plain(statement) for statement in actors(assembled("default"))["Build"].statements]
    assert any(one["Effect"] == "Allow" and "s3:PutObject" in listed(one["Action"]) for one in statements)
    client("iam").put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=_document(*statements))
    taken = client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    keys = (taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])
    session: Any = boto3.Session(*keys, region_name=sandbox.region)
    return session.client("s3", endpoint_url=sandbox.endpoint_url)


def test_the_builds_own_upload_works_and_works_again(artifacts: str, build: Any, client: ClientOf) -> None:
    store = CodeStore(build, artifacts)
    assert store.upload_folder(CODE) == store.upload_folder(CODE) == f"s3://{artifacts}/code/{CODE.digest}"
    versions = client("s3").list_object_versions(Bucket=artifacts, Prefix="code/")["Versions"]
    assert [one["Key"] for one in versions] == [KEY]
    store.upload_archive(CODE)


def test_whoever_takes_the_build_over_does_not_change_code_that_is_there(
    artifacts: str, build: Any, client: ClientOf
) -> None:
    CodeStore(build, artifacts).upload_folder(CODE)
    evil = {"Bucket": artifacts, "Key": KEY, "Body": b"print('evil')"}
    for request, refusal in (({}, "AccessDenied"), ({"IfNoneMatch": "*"}, "PreconditionFailed")):
        with pytest.raises(ClientError, match=refusal):
            build.put_object(**evil, **request)
    with pytest.raises(ClientError, match="AccessDenied"):
        build.create_multipart_upload(Bucket=artifacts, Key=KEY)
    with pytest.raises(ClientError, match="AccessDenied"):
        build.delete_object(Bucket=artifacts, Key=KEY)
    assert client("s3").get_object(Bucket=artifacts, Key=KEY)["Body"].read() == CODE.files[0][1]


def test_its_bill_of_materials_is_written_without_a_condition(artifacts: str, build: Any) -> None:
    for _ in range(2):  # a stage that is tried again
        build.put_object(Bucket=artifacts, Key="reports/abalone-model-build/an-execution/sbom.cdx.json", Body=b"{}")
    with pytest.raises(ClientError, match="AccessDenied"):
        build.put_object(Bucket=artifacts, Key="reports/abalone-model-deploy/an-execution/sbom.cdx.json", Body=b"{}")


def _document(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
