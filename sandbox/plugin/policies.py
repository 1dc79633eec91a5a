"""The policies of IAM's roles inside ministack: each document parsed once, each statement named."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from sandbox.iam.decision import Grants, Statement


def read_policies_once() -> None:
    """In place of the evaluator's own reading, which parses all of a role's policies for every call."""
    from ministack.core import iam_evaluator  # noqa: PLC0415

    def gather(role_name: str, account_id: str) -> list[list[Any]]:
        return [_parsed(name, text) for name, text in _policies(role_name, account_id)]

    iam_evaluator._gather_role_policies = gather


def _policies(role_name: str, account_id: str) -> list[tuple[str, str]]:
    """A role's policies by name, inline ones first."""
    from ministack.core.iam_evaluator import _resolve_managed_policy_document  # noqa: PLC0415
    from ministack.services import iam  # noqa: PLC0415

    role = iam._roles.get_scoped(account_id, None, role_name) or {}
    named = list((role.get("InlinePolicies") or {}).items())
    for arn in role.get("AttachedPolicies", []):
        named.append((arn.rpartition("/")[2], _resolve_managed_policy_document(arn, account_id) or "{}"))
    return [(name, text if isinstance(text, str) else json.dumps(text)) for name, text in named]


@lru_cache(maxsize=1024)
def _parsed(policy: str, text: str) -> list[Any]:
    """The evaluator's statements; `sid` is their name in the reports."""
    from ministack.core.iam_evaluator import parse_policy_document  # noqa: PLC0415

    statements = parse_policy_document(text)
    for place, statement in enumerate(statements, start=1):
        statement.sid = f"{policy}/{statement.sid or f'#{place}'}"
    return list(statements)


def granted() -> list[Grants]:
    """Every role, with the statements of its policies."""
    from ministack.core.responses import get_account_id  # noqa: PLC0415
    from ministack.services import iam  # noqa: PLC0415

    account = get_account_id()
    return [
        Grants(role=role, statements=[_written(each) for named in _policies(role, account) for each in _parsed(*named)])
        for role in sorted(iam._roles.keys())
    ]


def _written(statement: Any) -> Statement:
    return Statement(
        name=statement.sid,
        effect=statement.effect,
        actions=[*statement.actions, *(f"not {action}" for action in statement.not_actions)],
        resources=[*statement.resources, *(f"not {resource}" for resource in statement.not_resources)],
    )
