"""A role that a request hands over to AWS is one that its caller may pass, to that service."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import ClientOf
from tests.sandbox.function_archive import function_archive
from tests.sandbox.iam.conftest import MakeRole, allow, refusal

TEMPLATE = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})


def _function() -> bytes:
    return function_archive({"index.py": "def handler(event, context):\n    return 1\n"})


def _requests(role_arn: str) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """By service that takes the role: (client, operation, request)."""
    target = {"Arn": "arn:aws:lambda:us-east-1:000000000000:function:f", "RoleArn": role_arn}
    return {
        "sagemaker": ("sagemaker", "create_model", {"ModelName": "m", "ExecutionRoleArn": role_arn}),
        "codebuild": (
            "codebuild",
            "create_project",
            {
                "name": "passing",
                "serviceRole": role_arn,
                "source": {"type": "NO_SOURCE", "buildspec": "version: 0.2"},
                "artifacts": {"type": "NO_ARTIFACTS"},
                "environment": {"type": "LINUX_CONTAINER", "image": "x", "computeType": "BUILD_GENERAL1_SMALL"},
            },
        ),
        "lambda": (
            "lambda",
            "create_function",
            {
                "FunctionName": "passing",
                "Role": role_arn,
                "Runtime": "python3.12",
                "Handler": "index.handler",
                "Code": {"ZipFile": _function()},
            },
        ),
        "events": ("events", "put_targets", {"Rule": "passing", "Targets": [{"Id": "1", **target}]}),
        "scheduler": (
            "scheduler",
            "create_schedule",
            {
                "Name": "passing",
                "ScheduleExpression": "rate(1 day)",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "Target": target,
            },
        ),
        "cloudformation": (
            "cloudformation",
            "create_stack",
            {"StackName": "passing", "TemplateBody": TEMPLATE, "RoleARN": role_arn},
        ),
        "states": (
            "stepfunctions",
            "create_state_machine",
            {"name": "passing", "definition": "{}", "roleArn": role_arn},
        ),
    }


@pytest.mark.parametrize("service", [*_requests("")])
def test_a_role_not_passed_cannot_be_used(role: MakeRole, service: str) -> None:
    handed = role(trusted={"Service": f"{service}.amazonaws.com"})
    actor = role(allow(f"{service}:*"))
    name, operation, request = _requests(handed.arn)[service]
    message = refusal(getattr(actor.client(name), operation), **request)
    assert f"perform: iam:PassRole on resource: {handed.arn} because" in message


@pytest.mark.parametrize("service", ["cloudformation", "events", "lambda", "scheduler"])
def test_a_role_is_passed_to_the_service_that_the_policy_names_and_to_no_other(
    role: MakeRole, client: ClientOf, service: str
) -> None:
    handed = role(trusted={"Service": f"{service}.amazonaws.com"})
    client("events").put_rule(Name="passing", ScheduleExpression="rate(1 day)", State="DISABLED")
    name, operation, request = _requests(handed.arn)[service]

    def passing_to(principal: str) -> Any:
        to = {"iam:PassedToService": principal}
        actor = role(allow(f"{service}:*"), allow("iam:PassRole", handed.arn, StringEquals=to))
        return getattr(actor.client(name), operation)

    assert "iam:PassRole" in refusal(passing_to("ec2.amazonaws.com"), **request)
    assert passing_to(f"{service}.amazonaws.com")(**request)["ResponseMetadata"]["HTTPStatusCode"] in (200, 201)
