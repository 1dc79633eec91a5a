"""Every statement of every policy, as the templates have it in the default configuration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from tests.verifiers.assemblies import assembled
from tests.verifiers.roles import listed, statements

POLICY = re.compile(r"Roles(\w+?)(?:Permissions)?[0-9A-F]{8}")


@dataclass(frozen=True)
class Statement:
    """`holder` is the actor that the policy is made for; that of the prohibition that all roles carry has its own name."""

    holder: str
    sid: str
    effect: str
    actions: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.holder}-{self.sid}"


@cache
def every_statement() -> tuple[Statement, ...]:
    """In the templates' order."""
    found = []
    for policy in assembled("default").of("AWS::IAM::ManagedPolicy"):
        holder = POLICY.fullmatch(policy.logical_id)
        assert holder, (
            f"{policy.logical_id} is not of infra/iam/roles.py: teach tests/permissions where to take it from"
        )
        for each in statements(policy.properties["PolicyDocument"]):
            found.append(Statement(holder[1], each["Sid"], each["Effect"], tuple(listed(each["Action"]))))
    return tuple(found)
