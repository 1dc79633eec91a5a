"""The policies of a deployed project's roles, changed as a person with too many rights would."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.e2e.project import NAMES, Project

Edit = Callable[[dict[str, Any]], dict[str, Any]]


def without(*actions: str) -> Edit:
    """A policy's document without these actions."""

    def edited(document: dict[str, Any]) -> dict[str, Any]:
        kept = []
        for statement in document["Statement"]:
            given = statement["Action"]
            left = [each for each in ([given] if isinstance(given, str) else given) if each not in actions]
            if left or statement["Effect"] == "Deny":
                kept.append({**statement, "Action": left or given})
        return {**document, "Statement": kept}

    return edited


def role_of(project: Project, actor: str) -> str:
    """The name of the role that the foundation gives an actor (infra/iam/roles.py)."""
    pages = project.client("cloudformation").get_paginator("list_stack_resources")
    is_it = re.compile(rf"Roles{actor}[0-9A-F]{{8}}")
    found = pages.paginate(StackName=f"{NAMES.project}-foundation")
    rows = [row for page in found for row in page["StackResourceSummaries"]]
    return str(next(row["PhysicalResourceId"] for row in rows if is_it.fullmatch(row["LogicalResourceId"])))


def edit_policies(project: Project, role: str, edit: Edit) -> None:
    """Every policy of a role, inline or attached."""
    iam = project.client("iam")
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(edit(document)))
    for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        arn = attached["PolicyArn"]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(edit(document)), SetAsDefault=True)


@contextmanager
def taken_away(project: Project, actor: str, *actions: str) -> Iterator[None]:
    """What an actor's role may do is taken from it for a while."""
    role = role_of(project, actor)
    kept: list[dict[str, Any]] = []

    def keep(document: dict[str, Any]) -> dict[str, Any]:
        kept.append(document)
        return document

    edit_policies(project, role, keep)
    edit_policies(project, role, without(*actions))
    yield
    edit_policies(project, role, lambda _: kept.pop(0))
