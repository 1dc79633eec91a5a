"""In whose name CloudFormation changes the resources of a stack.

"CloudFormation uses the role's credentials to make calls on your behalf ... for all future operations on the stack"; without a role
it is the caller's own (API_CreateStack, RoleARN). A change set's role becomes its stack's when it is executed.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping

from sandbox.acting import TakeOn
from sandbox.iam.call import form
from sandbox.settings import SandboxSettings
from sandbox.store import Store

_KIND = "stack-role"
_STARTS_ANEW = {"CreateStack", "CreateChangeSet"}
_CHANGES = {"ContinueUpdateRollback", "DeleteStack", "ExecuteChangeSet", "RollbackStack", "UpdateStack", *_STARTS_ANEW}
_ID = re.compile(r"<Id>([^<]+)</Id>")


class StackRoles:
    """Which role each stack and each change set has, on disk."""

    def __init__(self, *, store: Store, settings: SandboxSettings, take_on: TakeOn) -> None:
        self._store, self._settings, self._take_on = store, settings, take_on

    def actor(self, body: bytes, caller: str) -> str:
        """The access key that a request's changes are made with; raises AccessDenied when its role keeps CloudFormation out."""
        parameters = form(body)
        if parameters.get("Action") not in _CHANGES:
            return caller
        role = self._role(parameters)
        if not role:
            return caller
        stack = self._stack_arn(parameters)
        return self._take_on(role, service="cloudformation", session="AWSCloudFormation", source_arn=stack).key

    def accepted(self, body: bytes, answer: bytes) -> None:
        """Remember the role of a request that was taken up."""
        parameters = form(body)
        action = parameters.get("Action", "")
        if action not in _CHANGES:
            return
        role = self._role(parameters)
        if action == "CreateChangeSet":
            made = _ID.search(answer.decode("utf-8", "replace"))
            keys = [_change_set(parameters), *([made[1]] if made else [])]
        else:
            keys = [_stack(parameters)]
        for key in keys:
            self._store.put(_KIND, key, {"role": role})

    def _role(self, parameters: Mapping[str, str]) -> str:
        """The one that the request names, else the change set's, else the stack's."""
        if role := parameters.get("RoleARN"):
            return role
        keys = [] if parameters["Action"] == "CreateStack" else [_stack(parameters)]
        if parameters["Action"] == "ExecuteChangeSet":
            keys = [_change_set(parameters)]
        return next((str(known["role"]) for known in map(self._known, keys) if known), "")

    def _stack_arn(self, parameters: Mapping[str, str]) -> str:
        """A trust policy can know a stack's name; the id after it is new with each stack."""
        named = parameters.get("StackName", "")
        if named.startswith("arn:"):
            return named
        place = f"arn:aws:cloudformation:{self._settings.region}:{self._settings.account}"
        return f"{place}:stack/{named}/{uuid.uuid4()}"

    def _known(self, key: str) -> dict[str, str] | None:
        return self._store.get(_KIND, key)


def _stack(parameters: Mapping[str, str]) -> str:
    """By name: a stack's ARN is `...:stack/<name>/<id>`."""
    named = parameters.get("StackName", "")
    return named.split("/")[1] if named.startswith("arn:") else named


def _change_set(parameters: Mapping[str, str]) -> str:
    named = parameters.get("ChangeSetName", "")
    return named if named.startswith("arn:") else f"{_stack(parameters)}/{named}"
