"""Roles that requests to ministack's services hand over to AWS: ministack takes them without asking iam:PassRole.

Which members are roles: each operation's API reference. Which principal they are passed to: each service's guide.
"""

from __future__ import annotations

import re

from sandbox.iam.asks import words
from sandbox.iam.call import Call
from sandbox.iam.needs import Need, passing

_STACKS = {
    "ContinueUpdateRollback",
    "CreateChangeSet",
    "CreateStack",
    "DeleteStack",
    "RollbackStack",
    "UpdateStack",
}
# The X-Amz-Target's operation -> where the roles are
_BY_TARGET = {
    "events": {"PutTargets": "Targets.RoleArn", "PutRule": "RoleArn"},
    "states": {"CreateStateMachine": "roleArn", "UpdateStateMachine": "roleArn"},
}
# method and path -> where the roles are
_BY_PATH = {
    "lambda": (
        ("POST", r"/2015-03-31/functions/?$", "Role"),
        ("PUT", r"/2015-03-31/functions/[^/]+/configuration$", "Role"),
    ),
    "scheduler": (
        ("POST", r"/schedules/[^/]+$", "Target.RoleArn"),
        ("PUT", r"/schedules/[^/]+$", "Target.RoleArn"),
    ),
}
SERVICES = ("cloudformation", *_BY_TARGET, *_BY_PATH)


def handed_over(service: str, call: Call) -> list[Need]:
    """The permissions to pass roles that a request takes."""
    return [passing(role, to=f"{service}.amazonaws.com") for role in roles_of_request(service, call)]


def roles_of_request(service: str, call: Call) -> list[str]:
    """The ARNs of the roles that a request hands over."""
    if service == "cloudformation":
        role = call.form.get("RoleARN", "")
        return [role] if role and call.form.get("Action") in _STACKS else []
    if service in _BY_TARGET:
        where = _BY_TARGET[service].get(call.target)
    else:
        fitting = (
            its for method, path, its in _BY_PATH[service] if method == call.method and re.match(path, call.path)
        )
        where = next(fitting, None)
    return words(call.members, where) if where else []
