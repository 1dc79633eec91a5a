"""The roles and users that trust policies name: they must be there, and are kept by their unique ids.

IAM user guide, "AWS JSON policy elements: Principal" (IAM role principals, IAM user principals): when a trust policy is saved, the
ARN is turned into the unique id of the role or user; one that does not exist is refused, and one that is deleted stands there by
its id from then on, so that another one of the same name is not trusted. Principals of other accounts are taken as they are: there
are no other accounts here that could be asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

_OF_IDENTITY = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>\d{12}):(role|user|group)/.+")
_ID = re.compile(r"A(ROA|IDA)[A-Z0-9]{12,}")
_IDS = ("RoleId", "UserId")


def check_trusted() -> None:
    """Wherever a trust policy is written: by CreateRole, UpdateAssumeRolePolicy or a stack."""
    from ministack.services import iam  # noqa: PLC0415 (only after `configure`)

    check: Callable[[Any], str | None] = iam._trust_policy_not_principal_error

    def checking(document: Any) -> str | None:
        found = unknown_principal(document)
        return check(document) or (found and f'Invalid principal in policy: "AWS":"{found}"')

    iam._trust_policy_not_principal_error = checking
    for identities in (iam._roles, iam._users):
        identities.__class__ = _forgetting(type(identities))


def unknown_principal(document: Any) -> str | None:
    """The first role or user of this account that a policy names and that is not there."""
    return next(_unknown(document), None)


def _unknown(document: Any) -> Iterator[str]:
    from ministack.core.responses import get_account_id  # noqa: PLC0415
    from ministack.services import iam  # noqa: PLC0415

    known = [*iam._roles.values(), *iam._users.values()]
    names = {each["Arn"] for each in known} | {_id_of(each) for each in known}
    for principal in _principals(document):
        found = _OF_IDENTITY.fullmatch(principal)
        own = found is not None and found["account"] == get_account_id()
        if (own or _ID.fullmatch(principal)) and principal not in names:
            yield principal


def _forgetting(table: type[Any]) -> type[Any]:
    """A table of identities that leaves the id of what it loses in the policies that named it."""

    class Identities(table):  # type: ignore[misc]
        __slots__ = ()

        def pop(self, key: str, *default: Any) -> Any:
            gone = super().pop(key, *default)
            if isinstance(gone, dict) and gone.get("Arn"):
                _name_by_id(gone["Arn"], _id_of(gone))
            return gone

    return Identities


def _name_by_id(arn: str, unique_id: str) -> None:
    from ministack.services import iam, kms, s3  # noqa: PLC0415

    holders = [(role, "AssumeRolePolicyDocument") for role in iam._roles.values()]
    holders += [(key, "Policy") for key in kms._keys.values()]
    holders += [(s3._bucket_policies, bucket) for bucket in list(s3._bucket_policies)]
    for holder, member in holders:
        document = holder.get(member) or "{}"
        if arn in _principals(document):
            holder[member] = json.dumps(_replaced(_read(document), arn, unique_id))


def _replaced(document: Any, arn: str, unique_id: str) -> Any:
    for statement in _statements(document):
        named = [unique_id if each == arn else each for each in _of_statement(statement)]
        if named:
            statement["Principal"] = {**statement["Principal"], "AWS": named[0] if len(named) == 1 else named}
    return document


def _principals(document: Any) -> list[str]:
    return [each for statement in _statements(_read(document)) for each in _of_statement(statement)]


def _of_statement(statement: Any) -> list[str]:
    principal = statement.get("Principal")
    named = principal.get("AWS", []) if isinstance(principal, dict) else []
    return [str(each) for each in (named if isinstance(named, list) else [named])]


def _statements(document: Any) -> list[Any]:
    given = document.get("Statement", []) if isinstance(document, dict) else []
    return [each for each in (given if isinstance(given, list) else [given]) if isinstance(each, dict)]


def _read(document: Any) -> Any:
    """What is no JSON is ministack's to refuse."""
    try:
        return json.loads(document) if isinstance(document, str) else document
    except ValueError:
        return {}


def _id_of(identity: Any) -> str:
    return str(next((identity[name] for name in _IDS if identity.get(name)), ""))
