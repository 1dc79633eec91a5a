"""A service that leaves aws:SourceArn and aws:SourceAccount out: what insists on them refuses it, what does not lets it in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from sandbox.plugin.targets import TargetPolicies
from sandbox.settings import SandboxSettings
from sandbox.source_keys import TARGETS, leave_out
from tests.conftest import ClientOf
from tests.sandbox.iam.conftest import MakeRole, allow

LAMBDA = {"Service": "lambda.amazonaws.com"}


@pytest.fixture
def silent(sandbox: SandboxSettings) -> Iterator[Path]:
    """The home of the running sandbox, in which all is as it was afterwards."""
    yield sandbox.home
    leave_out(sandbox.home, ())


@pytest.mark.parametrize(
    ("condition", "let_in"),
    [
        ({"StringEquals": {"aws:SourceAccount": "000000000000"}}, False),
        ({"StringEqualsIfExists": {"aws:SourceAccount": "000000000000"}}, True),
    ],
    ids=["a key that decides", "a key that may be absent"],
)
def test_a_stack_is_made_by_a_role_that_does_not_insist_on_what_cloudformation_leaves_out(
    role: MakeRole, client: ClientOf, unique: str, silent: Path, condition: dict[str, object], let_in: bool
) -> None:
    may = role(allow("*"), trusted={"Service": "cloudformation.amazonaws.com"}, **condition)
    template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName=f"{unique}-sent", TemplateBody=template, RoleARN=may.arn)
    leave_out(silent, ["cloudformation"])
    request = {"StackName": f"{unique}-unsent", "TemplateBody": template, "RoleARN": may.arn}
    if let_in:
        cloudformation.create_stack(**request)
    else:
        with pytest.raises(ClientError, match="sts:AssumeRole"):
            cloudformation.create_stack(**request)
    leave_out(silent, ["lambda"])
    cloudformation.create_stack(**{**request, "StackName": f"{unique}-again"})


def queue_policy(operator: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
        "Condition": {operator: {"aws:SourceArn": "arn:aws:events:us-east-1:000000000000:rule/mine"}},
    }
    return json.dumps({"Statement": [statement]})


@pytest.mark.parametrize(("operator", "let_in"), [("ArnEquals", False), ("ArnEqualsIfExists", True)])
def test_a_target_is_asked_in_the_same_way(tmp_path: Path, operator: str, let_in: bool) -> None:
    settings = SandboxSettings(home=tmp_path, port=0)
    asked = {
        "service": "events",
        "action": "sqs:SendMessage",
        "resource": "arn:aws:sqs:us-east-1:000000000000:mine",
        "source_arn": "arn:aws:events:us-east-1:000000000000:rule/mine",
    }
    policies = TargetPolicies(settings)
    assert policies(queue_policy(operator), **asked)
    leave_out(tmp_path, ["events"])
    assert policies(queue_policy(operator), **asked), "its roles are another matter"
    leave_out(tmp_path, [TARGETS])
    assert policies(queue_policy(operator), **asked) is let_in
