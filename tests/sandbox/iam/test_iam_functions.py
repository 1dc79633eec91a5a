"""Lambda functions act as their roles, and as nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import ClientOf
from tests.sandbox.function_archive import function_archive
from tests.sandbox.iam.conftest import MakeRole, Role, allow, trusting

LAMBDA = {"Service": "lambda.amazonaws.com"}
LOGS = allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"])
CODE = """
import boto3

def handler(event, context):
    print("asked for", event["model"])
    return boto3.client("sagemaker").describe_model(ModelName=event["model"])["ModelName"]
"""


def _function(client: ClientOf, name: str, role: Role) -> None:
    client("lambda").create_function(
        FunctionName=name,
        Role=role.arn,
        Runtime="python3.11",
        Handler="index.handler",
        Code={"ZipFile": function_archive({"index.py": CODE})},
        Timeout=30,
    )


def _invoke(client: ClientOf, name: str) -> dict[str, Any]:
    answer = client("lambda").invoke(FunctionName=name, Payload=json.dumps({"model": "missing"}))
    told: dict[str, Any] = json.loads(answer["Payload"].read())
    return told


def test_a_function_is_refused_what_its_role_does_not_allow(role: MakeRole, client: ClientOf, unique: str) -> None:
    acting = role(LOGS, trusted=LAMBDA)
    _function(client, unique, acting)
    message = _invoke(client, unique)["errorMessage"]
    assert f"assumed-role/{acting.name}/{unique} is not authorized to perform: sagemaker:DescribeModel" in message
    groups = client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{unique}")["logGroups"]
    assert [group["logGroupName"] for group in groups] == [f"/aws/lambda/{unique}"]


def test_a_function_whose_role_may_not_log_runs_and_leaves_no_log(
    role: MakeRole, client: ClientOf, unique: str
) -> None:
    _function(client, unique, role(allow("sagemaker:DescribeModel"), trusted=LAMBDA))
    assert "Could not find model" in _invoke(client, unique)["errorMessage"]
    assert client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{unique}")["logGroups"] == []


def test_a_role_that_keeps_lambda_out_makes_no_function(role: MakeRole, client: ClientOf, unique: str) -> None:
    closed = role(trusted={"Service": "events.amazonaws.com"})
    with pytest.raises(ClientError, match=r"InvalidParameterValueException.*cannot be assumed by Lambda"):
        _function(client, unique, closed)


def test_a_stack_makes_no_function_with_a_role_that_keeps_lambda_out(
    role: MakeRole, client: ClientOf, unique: str
) -> None:
    closed = role(trusted={"Service": "events.amazonaws.com"})
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Role": closed.arn,
            "Runtime": "python3.11",
            "Handler": "index.handler",
            "Code": {"ZipFile": CODE},
        },
    }
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName=unique, TemplateBody=json.dumps({"Resources": {"Made": function}}))
    with pytest.raises(Exception, match="ROLLBACK"):
        cloudformation.get_waiter("stack_create_complete").wait(StackName=unique, WaiterConfig={"Delay": 0.1})
    reasons = str(cloudformation.describe_stack_events(StackName=unique)["StackEvents"])
    assert "cannot be assumed by Lambda" in reasons


def test_a_function_whose_roles_trust_was_taken_away_does_not_run(
    role: MakeRole, client: ClientOf, unique: str
) -> None:
    acting = role(LOGS, trusted=LAMBDA)
    _function(client, unique, acting)
    closed = trusting({"Service": "events.amazonaws.com"})
    client("iam").update_assume_role_policy(RoleName=acting.name, PolicyDocument=closed)
    assert "cannot be assumed by Lambda" in _invoke(client, unique)["errorMessage"]
