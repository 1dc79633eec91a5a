"""From a request to the permissions it takes: each an action on an ARN, with the condition keys that the request sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sandbox.iam.asks import Asks, Resource, Table, found, words
from sandbox.settings import SandboxSettings
from sandbox.store import Document

Keys = Mapping[str, str | list[str] | None]
_SET = ("Tags", "tags")
_REMOVED = ("TagKeys", "tagKeys")
_BRANCH = "codecommit:References"  # "refs/heads/main", where requests say "main"


@dataclass(frozen=True, kw_only=True)
class Need:
    """One permission."""

    action: str
    resource: str = "*"
    keys: Keys = field(default_factory=dict)


def needs(table: Table, operation: str, request: Document, settings: SandboxSettings) -> Iterator[Need]:
    """All that the caller must be allowed, the operation itself first."""
    asks = table.operations[operation]
    keys = _keys(asks, request)
    resources = [arn for each in asks.on for arn in _arns(table, each, request, settings)]
    for arn in resources or ["*"]:
        yield Need(action=f"{table.prefix}:{operation}", resource=arn, keys=keys)
    for action, resource in asks.also:
        for arn in _arns(table, resource, request, settings):
            yield Need(action=f"{table.prefix}:{action}", resource=arn, keys=keys)
    if asks.tagging and any(request.get(member) for member in _SET):
        tagging = {f"{table.prefix}:TaggingAction": operation} if table.prefix == "sagemaker" else {}
        yield Need(
            action=f"{table.prefix}:{asks.tagging}", resource=resources[0], keys={**_tag_keys(request), **tagging}
        )
    for path in asks.passes:
        for role in words(request, path):
            yield passing(role, to=table.principal)


def passing(role: str, *, to: str) -> Need:
    """Handing a role over (IAM user guide, "Grant a user permissions to pass a role to an AWS service")."""
    return Need(action="iam:PassRole", resource=role, keys={"iam:PassedToService": to})


def _arns(table: Table, resource: Resource, request: Document, settings: SandboxSettings) -> list[str]:
    parts = [words(request, member) for member in resource.members]
    if not all(parts):
        return []
    names = parts[0] if len(parts) == 1 else ["/".join(each[0] for each in parts)]
    return [_arn(table, resource, name, settings) for name in names]


def _arn(table: Table, resource: Resource, name: str, settings: SandboxSettings) -> str:
    formed = resource.form(name)
    if formed.startswith("arn:"):
        return formed
    place = f"arn:aws:{table.prefix}:{settings.region}:{settings.account}"
    return f"{place}:{table.arns[resource.type].format(formed)}"


def _keys(asks: Asks, request: Document) -> Keys:
    """A member that is not there leaves its key absent, as `Null` conditions want it."""
    keys: dict[str, str | list[str] | None] = {}
    for key, path in asks.keys.items():
        values = words(request, path)
        if key == _BRANCH:
            values = [value if value.startswith("refs/") else f"refs/heads/{value}" for value in values]
        if values:
            keys[key] = values[0] if len(values) == 1 else values
    return {**keys, **_tag_keys(request)}


def _tag_keys(request: Document) -> Keys:
    """aws:RequestTag/<key> for each tag that is set, aws:TagKeys for those that are set or removed."""
    given: dict[str, str] = {}
    for tags in (request.get(member) for member in _SET):
        if isinstance(tags, dict):
            given |= {str(key): str(value) for key, value in tags.items()}
        for tag in tags if isinstance(tags, list) else []:
            given[str(tag.get("Key", tag.get("key")))] = str(tag.get("Value", tag.get("value", "")))
    removed = [str(key) for member in _REMOVED for key in found(request, member)]
    if not given and not removed:
        return {}
    return {"aws:TagKeys": [*given, *removed], **{f"aws:RequestTag/{key}": value for key, value in given.items()}}
