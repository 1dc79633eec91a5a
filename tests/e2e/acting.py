"""Clients that act as a role of a deployed project: its trust is widened for that, its permissions are what they are."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from tests.conftest import ClientOf
from tests.e2e.policies import role_of
from tests.e2e.project import NAMES, Project

APPROVER = "Approver"  # a policy for people; PERSON is a role that holds it
PERSON = "a-person-who-approves"
_ONCE = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
_ROLE = re.compile(r"Roles(\w+?)[0-9A-F]{8}")
_FOUNDATION = f"{NAMES.project}-foundation"
_SESSION = boto3.Session()  # one for all credentials: it reads each service's model once


def actors_of(project: Project) -> list[str]:
    """Every role of the foundation, by the name that the app has for it."""
    pages = project.client("cloudformation").get_paginator("list_stack_resources")
    rows = [row for page in pages.paginate(StackName=_FOUNDATION) for row in page["StackResourceSummaries"]]
    roles = [row["LogicalResourceId"] for row in rows if row["ResourceType"] == "AWS::IAM::Role"]
    return sorted(found[1] for role in roles if (found := _ROLE.fullmatch(role)))


def acting_as(project: Project, actor: str) -> ClientOf:
    """As `client_of`, with credentials that STS has given for the role."""
    sts = project.client("sts")
    arn = _approver(project) if actor == APPROVER else _assumable(project, role_of(project, actor))
    given = sts.assume_role(RoleArn=arn, RoleSessionName="trial")["Credentials"]

    @cache
    def client(service: str) -> Any:
        return _SESSION.client(  # type: ignore[call-overload]
            service,
            region_name=project.settings.region,
            endpoint_url=project.settings.endpoint_url,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
            config=_ONCE,
        )

    return client


def _assumable(project: Project, role: str) -> str:
    iam = project.client("iam")
    found = iam.get_role(RoleName=role)["Role"]
    trust = found["AssumeRolePolicyDocument"]
    person = _people(found["Arn"].split(":")[4])
    if person not in trust["Statement"]:
        document = json.dumps({**trust, "Statement": [*trust["Statement"], person]})
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=document)
    return str(found["Arn"])


def _approver(project: Project) -> str:
    iam, name = project.client("iam"), PERSON
    account = project.client("sts").get_caller_identity()["Account"]
    trust = json.dumps({"Version": "2012-10-17", "Statement": [_people(account)]})
    try:
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    except iam.exceptions.EntityAlreadyExistsException:
        return str(iam.get_role(RoleName=name)["Role"]["Arn"])
    outputs = project.client("cloudformation").describe_stacks(StackName=_FOUNDATION)["Stacks"][0]["Outputs"]
    policy = next(each["OutputValue"] for each in outputs if each["OutputKey"] == "ApproverPolicyArn")
    iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    return str(made["Role"]["Arn"])


def _people(account: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
