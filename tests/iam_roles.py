"""Roles for the tests that speak to a sandbox: made through IAM, as a user would make them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from tests.conftest import ClientOf

EVERYTHING = ({"Effect": "Allow", "Action": "*", "Resource": "*"},)


def role(
    client: ClientOf,
    name: str,
    *,
    service: str = "sagemaker",
    statements: Sequence[Mapping[str, object]] = EVERYTHING,
) -> str:
    """The ARN of a role that `service` may take on and that may do what the statements say; made anew or changed."""
    iam = client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    try:
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_document(trust)))
    except iam.exceptions.EntityAlreadyExistsException:
        made = iam.get_role(RoleName=name)
    iam.put_role_policy(RoleName=name, PolicyName="tests", PolicyDocument=json.dumps(_document(*statements)))
    return str(made["Role"]["Arn"])


def _document(*statements: Mapping[str, object]) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [*statements]}
