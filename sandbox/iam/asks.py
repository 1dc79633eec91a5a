"""What an operation asks of its caller, as data: resources, condition keys, tags and roles, each by the member that names it.

The words are those of the Service Authorization Reference; tests/sandbox/iam/test_iam_tables.py holds every entry against it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.store import Document

ANY = ""  # a resource type: whatever the ARN in the request names


def as_given(value: str) -> str:
    return value


@dataclass(frozen=True)
class Resource:
    """One resource type that an operation works on.

    `members` name it, by paths such as "pipeline.name"; the values of several are joined by slashes, and a list names a resource
    each; a request that does not name it does not ask about it. A value that is an ARN is the resource's ARN. `form` makes of a
    value what the ARN holds.
    """

    type: str
    members: tuple[str, ...]
    form: Callable[[str], str] = as_given


@dataclass(frozen=True, kw_only=True)
class Asks:
    """One operation; without resources, its action is asked about `*`."""

    on: tuple[Resource, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    """condition key -> the path of the member that it shows"""
    tagging: str = ""
    """the action that a request with tags asks for beside its own, on the first resource"""
    passes: tuple[str, ...] = ()
    """paths of the members that hand a role over to the service (iam:PassRole)"""
    also: tuple[tuple[str, Resource], ...] = ()
    """further actions and what they are asked about, if the request names it"""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One service, by its IAM prefix."""

    prefix: str
    principal: str
    """the service, as iam:PassedToService names it"""
    arns: Mapping[str, str]
    """resource type -> what its ARN has after the account, with {} for the name"""
    operations: Mapping[str, Asks]


def on(type_: str, *members: str) -> tuple[Resource, ...]:
    """The one resource that most operations have."""
    return (Resource(type_, members),)


def found(document: object, path: str) -> list[object]:
    """The values at a path of a request; a list on the way stands for each of its members."""
    values = [document]
    for name in path.split("."):
        lists = [value if isinstance(value, list) else [value] for value in values]
        values = [value[name] for each in lists for value in each if isinstance(value, dict) and name in value]
    return [value for each in values for value in (each if isinstance(each, list) else [each])]


def words(request: Document, path: str) -> list[str]:
    """The same as a policy compares them."""
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in found(request, path)]
