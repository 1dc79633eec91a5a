"""The policies of a deployed project: a statement taken out, and what was used and refused so far."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from sandbox.iam.reading import read
from tests.e2e.project import NAMES, Project
from tests.permissions.statements import POLICY, Statement

Usage = Counter[tuple[str, str]]  # (a statement's name, an action) -> times


@dataclass(frozen=True)
class Deployed:
    """One project's roles and policies."""

    project: Project

    def take_out(self, statement: Statement) -> None:
        """In a new default version; a policy that would be left empty is taken off its roles."""
        iam, arn = self.project.client("iam"), self.policies[statement.holder]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        left = [each for each in document["Statement"] if each["Sid"] != statement.sid]
        assert len(left) == len(document["Statement"]) - 1, f"{statement.name} is not in {arn}"
        if left:
            changed = json.dumps({**document, "Statement": left})
            iam.create_policy_version(PolicyArn=arn, PolicyDocument=changed, SetAsDefault=True)
            return
        for role in iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"]:
            iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=arn)

    def used(self) -> Usage:
        """How often each statement has allowed, or refused, each action."""
        holders = {arn.rpartition("/")[2]: holder for holder, arn in self.policies.items()}
        counts: Usage = Counter()
        for role in read(self.project.settings)["roles"]:
            for statement in role["statements"]:
                policy, _, sid = statement["statement"].rpartition("/")
                for each in statement["used"] if policy in holders else ():
                    counts[f"{holders[policy]}-{sid}", each["action"]] += each["count"]
        return counts

    def refused(self, statement: Statement) -> Counter[str]:
        """What the statement's holder was refused of its actions: `<action> on <resource>` -> times."""
        role = self.roles.get(statement.holder)  # of policies that are not one role's there is none
        counts: Counter[str] = Counter()
        for each in read(self.project.settings)["roles"]:
            for call in each["refused"] if each["role"] == role else ():
                if call["action"] in statement.actions:
                    counts[f"{call['action']} on {call['resource']}"] += call["count"]
        return counts

    @cached_property
    def policies(self) -> dict[str, str]:
        """Each policy's ARN by its holder."""
        return {holder: named for holder, named in self._of_roles if named.startswith("arn:")}

    @cached_property
    def roles(self) -> dict[str, str]:
        """Each role's name by its actor."""
        return {actor: named for actor, named in self._of_roles if not named.startswith("arn:")}

    @cached_property
    def _of_roles(self) -> list[tuple[str, str]]:
        """Roles and policies of the foundation: what the app calls each, and what it is called in the account."""
        stack = self.project.client("cloudformation").list_stack_resources(StackName=f"{NAMES.project}-foundation")
        named = ((POLICY.fullmatch(each["LogicalResourceId"]), each) for each in stack["StackResourceSummaries"])
        return [(found[1], each["PhysicalResourceId"]) for found, each in named if found]
