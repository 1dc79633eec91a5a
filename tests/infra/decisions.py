"""IAM's decision for one request, from a role's statements: a Deny wins, then an Allow, otherwise nothing is allowed.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.verifiers.roles import Role, Statement, listed, matches

Context = Mapping[str, str]


def allowed(role: Role, action: str, resource: str, context: Context | None = None) -> bool:
    effects = {one["Effect"] for one in role.statements if _applies(one, action, resource, context or {})}
    return effects == {"Allow"}


def _applies(statement: Statement, action: str, resource: str, context: Context) -> bool:
    assert "NotAction" not in statement, "nothing here is written by what it is not"
    but = listed(statement.get("NotResource"))
    on = not matches(but, resource) if but else matches(listed(statement["Resource"]), resource)
    return (
        matches([one.lower() for one in listed(statement["Action"])], action.lower())
        and on
        and all(_holds(name, wanted, context) for name, wanted in statement.get("Condition", {}).items())
    )


def _holds(operator: str, wanted: Mapping[str, Any], context: Context) -> bool:
    """All keys of a condition have to hold, each by one of its values; a key that the request lacks does not."""
    if operator == "Null":
        return all((key not in context) is (str(value).lower() == "true") for key, value in wanted.items())
    if operator == "StringEquals":
        return all(context.get(key) in listed(values) for key, values in wanted.items())
    if operator in {"StringLike", "ArnLike"}:
        return all(key in context and matches(listed(values), context[key]) for key, values in wanted.items())
    raise NotImplementedError(operator)
