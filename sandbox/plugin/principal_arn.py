"""aws:PrincipalArn of a role's session: the role's own ARN, path and all, not the session's.

IAM user guide, "AWS global condition context keys", aws:PrincipalArn.
"""

from __future__ import annotations

from typing import Any

_KEY, _SESSION = "aws:principalarn", ":assumed-role/"


def name_roles_behind_sessions() -> None:
    """Wherever a condition asks for it: in the policies of roles, of resources, and in trust."""
    from ministack.core import iam_evaluator  # noqa: PLC0415 (only after `configure`)

    resolve = iam_evaluator._resolve_condition_key

    def resolving(key: str, context: Any) -> Any:
        if key.lower() == _KEY and _SESSION in (context.principal_arn or ""):
            return _role_of(context.principal_arn)
        return resolve(key, context)

    iam_evaluator._resolve_condition_key = resolving


def _role_of(session: str) -> str:
    from ministack.services import iam  # noqa: PLC0415

    account, name = session.split(":")[4], session.partition(_SESSION)[2].partition("/")[0]
    role = iam._roles.get_scoped(account, None, name) or {}
    return str(role.get("Arn") or f"arn:aws:iam::{account}:role/{name}")
