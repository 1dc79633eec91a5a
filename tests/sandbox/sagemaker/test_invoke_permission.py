"""InvokeEndpoint asks IAM, as every operation does."""

from __future__ import annotations

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf
from tests.sandbox.sagemaker.test_endpoints import ANSWER, Serving


def test_a_caller_without_the_permission_cannot_invoke(client: ClientOf, sandbox: SandboxSettings) -> None:
    serving = Serving(client)
    serving.create(serving.config(ANSWER.format(word="m")))
    iam = client("iam")
    iam.create_user(UserName=serving.name)
    key = iam.create_access_key(UserName=serving.name)["AccessKey"]
    session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=sandbox.region)
    runtime = session.client("sagemaker-runtime", endpoint_url=sandbox.endpoint_url)
    with pytest.raises(
        ClientError, match="is not authorized to perform: sagemaker:InvokeEndpoint on resource: "
    ) as refused:
        runtime.invoke_endpoint(EndpointName=serving.name, Body=b"x", ContentType="text/csv")
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    statement = {
        "Effect": "Allow",
        "Action": "sagemaker:InvokeEndpoint",
        "Resource": f"arn:aws:sagemaker:*:*:endpoint/{serving.name}",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    iam.put_user_policy(UserName=serving.name, PolicyName="p", PolicyDocument=json.dumps(policy))
    answer = runtime.invoke_endpoint(EndpointName=serving.name, Body=b"x", ContentType="text/csv")
    assert answer["Body"].read() == b"m x"
