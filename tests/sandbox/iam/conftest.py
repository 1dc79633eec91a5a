"""Roles of a running sandbox, and clients that act as them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf

_NUMBER = itertools.count(1)
Statement = dict[str, object]


def allow(actions: str | list[str], resources: str | list[str] = "*", **condition: object) -> Statement:
    statement: Statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return statement | ({"Condition": condition} if condition else {})


def deny(actions: str | list[str], resources: str | list[str] = "*", **condition: object) -> Statement:
    return {**allow(actions, resources, **condition), "Effect": "Deny"}


def trusting(principal: dict[str, str], **condition: object) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    statement |= {"Condition": condition} if condition else {}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclass(frozen=True)
class Role:
    """A role, and clients that act as it."""

    name: str
    arn: str
    client: Callable[[str], Any]


MakeRole = Callable[..., Role]


@pytest.fixture
def unique() -> str:
    return f"iam{next(_NUMBER)}"


@pytest.fixture
def role(sandbox: SandboxSettings, client: ClientOf) -> MakeRole:
    """`role(*statements, trusted=...)`: made through IAM, taken on through STS by the account if it is trusted."""

    def make(*statements: Statement, trusted: dict[str, str] | None = None, **condition: object) -> Role:
        name = f"role{next(_NUMBER)}"
        trust = trusting(trusted or {"AWS": sandbox.account}, **condition)
        arn = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        document = {"Version": "2012-10-17", "Statement": [*statements]}
        if statements:
            client("iam").put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(document))

        def of_role(service: str) -> Any:
            taken = client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
            session: Any = boto3.Session(
                taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"], region_name=sandbox.region
            )
            return session.client(service, endpoint_url=sandbox.endpoint_url)

        return Role(name, arn, of_role)

    return make


def refusal(call: Callable[..., object], **request: object) -> str:
    """The message with which IAM refuses a call."""
    with pytest.raises(ClientError) as refused:
        call(**request)
    error = refused.value.response["Error"]
    assert error["Code"].startswith(("AccessDenied", "KMS")), error
    return str(error["Message"])
