"""A template in S3 by each form of its address, for stacks and nested stacks."""

from __future__ import annotations

import json
import uuid

import pytest
from botocore.exceptions import ClientError

from sandbox.plugin.template_addresses import path_of
from tests.conftest import ClientOf

FAST = {"Delay": 0.1, "MaxAttempts": 300}
TEMPLATE = b"Resources: {T: {Type: AWS::SNS::Topic}}\n"
FORMS = (
    "s3.us-east-1.amazonaws.com/{}",
    "s3.amazonaws.com/{}",
    "{}.s3.us-east-1.amazonaws.com",
    "{}.s3.amazonaws.com",
)


@pytest.fixture
def bucket(client: ClientOf) -> str:
    name, s3 = f"templates.{uuid.uuid4().hex[:8]}", client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="one/a topic.yaml", Body=TEMPLATE)
    return name


@pytest.mark.parametrize("form", FORMS)
def test_a_stack_and_a_nested_one_find_their_template(client: ClientOf, bucket: str, form: str) -> None:
    url = f"https://{form.format(bucket)}/one/a%20topic.yaml"
    nested = json.dumps(
        {"Resources": {"C": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}}
    )
    cloudformation = client("cloudformation")
    for given in ({"TemplateURL": url}, {"TemplateBody": nested}):
        name = f"s-{uuid.uuid4().hex[:8]}"
        cloudformation.create_stack(StackName=name, **given)
        cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=FAST)


@pytest.mark.parametrize("url", ["https://example.com/bucket/key.yaml", "https://s3.example.com/bucket/key.yaml"])
def test_an_address_that_is_not_of_s3_is_refused(client: ClientOf, url: str) -> None:
    with pytest.raises(ClientError, match="TemplateURL must be a supported URL"):
        client("cloudformation").create_stack(StackName=f"s-{uuid.uuid4().hex[:8]}", TemplateURL=url)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://b.s3.dualstack.eu-west-1.amazonaws.com/k", "b/k"),
        ("https://s3.dualstack.eu-west-1.amazonaws.com/b/k", "b/k"),
        ("https://b.s3-eu-west-1.amazonaws.com/k", "b/k"),
        ("https://b.s3.cn-north-1.amazonaws.com.cn/k", "b/k"),
        ("https://my.s3.bucket.s3.us-gov-west-1.amazonaws.com/a/b?versionId=1", "my.s3.bucket/a/b"),
        ("http://127.0.0.1:4566/b/k", "b/k"),
        ("http://s3.amazonaws.com/b/k", None),
        ("s3://b/k", None),
    ],
)
def test_what_an_address_leads_to(url: str, path: str | None) -> None:
    assert path_of(url) == path
