"""One decision over one call of a role, as the evaluator of policies made it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Decision:
    """`statements` are those that matched: the allowing ones of an allowed call, the denying ones of a refused call."""

    role: str
    action: str
    resource: str
    allowed: bool
    statements: tuple[str, ...]
    """each `<policy>/<Sid>`, or `<policy>/#<place in the policy>`"""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of a role's policies."""

    name: str
    effect: str
    actions: Sequence[str]
    """as written; of a NotAction, each with a leading `not `"""
    resources: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Grants:
    """A role and its statements."""

    role: str
    statements: Sequence[Statement]


Record = Callable[[Decision], None]
RolesOf = Callable[[], list[Grants]]
