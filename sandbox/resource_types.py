"""A CloudFormation resource type of our own services: what its handlers are, and what of it is replaced rather than updated."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.store import Document

Created = tuple[str, dict[str, str]]  # physical id, attributes


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """`replacing` are the properties whose change replaces the resource, `name` the one that holds its physical name.

    A stack's own tags and the three `aws:cloudformation:` ones are added to `tags`, as CloudFormation does.
    """

    create: Callable[[str, Document, str], Created]  # logical id, properties, stack
    update: Callable[[str, Document, Document, str], Created]  # physical id, old properties, new ones, stack
    delete: Callable[[str, Document], None]  # physical id, properties
    replacing: tuple[str, ...]
    name: str
    tags: str = "Tags"


def generated_name(stack: str, logical_id: str, properties: Document, *, limit: int) -> str:
    """CloudFormation's form: logical id, then random; here a digest, so that a replacement gets another name."""
    digest = hashlib.sha256(repr((stack, sorted(properties.items(), key=str))).encode()).hexdigest()[:12]
    return f"{logical_id}-{digest}"[-limit:]


def tag_changes(old: Document, new: Document) -> tuple[list[str], dict[str, str]]:
    """The keys that an update drops, and the tags that it sets."""
    kept = {tag["Key"]: str(tag["Value"]) for tag in new.get("Tags", [])}
    return [tag["Key"] for tag in old.get("Tags", []) if tag["Key"] not in kept], kept
