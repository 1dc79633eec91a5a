"""The names that checks ask for, read off an assembly once: the project's, its buckets', its actors'."""

from __future__ import annotations

import re

from infra.settings import ApprovalSettings, Settings
from infra.settings.names import Names
from tests.infra.synthesis import CONFIGURATIONS, CONTEXT
from tests.verifiers.assembly import Assembly, Resource
from tests.verifiers.roles import Role, roles, unattached

ACTOR = re.compile(r"^(?:\w*Roles|StageAccount)?(\w+?)[0-9A-F]{8}$")


def project(assembly: Assembly) -> str:
    foundation = next((stack for stack in assembly.templates if stack.endswith("-foundation")), "")
    return foundation.removesuffix("-foundation")


def names(assembly: Assembly) -> Names:
    return Names(project(assembly))


def settings(assembly: Assembly) -> Settings:
    """Those that this configuration was made from."""
    return Settings.from_context({**CONTEXT, **CONFIGURATIONS.get(assembly.configuration, {})})


def approval(assembly: Assembly) -> ApprovalSettings:
    """Who approves in this configuration."""
    return settings(assembly).approval


def bucket(assembly: Assembly, what: str) -> Resource:
    """The bucket whose logical id says what is in it: Data or Artifacts."""
    found = [bucket for bucket in assembly.of("AWS::S3::Bucket") if what in bucket.logical_id]
    assert len(found) == 1, (
        f"{what}: {len(found)} buckets of that kind; facts.py looks for the word in their logical ids"
    )
    return found[0]


def actor(role: Role, known: str) -> str:
    """What the app calls the role: its construct id, which is its logical id without path and hash (abroad, and its stage)."""
    match = ACTOR.match(role.declared.logical_id)
    own = match[1] if match else role.declared.logical_id
    stack = role.declared.stack.removeprefix(f"{known}-")
    return f"{own}{stack.removesuffix('-account').capitalize()}" if stack.endswith("-account") else own


def actors(assembly: Assembly) -> dict[str, Role]:
    known = project(assembly)
    return {actor(role, known): role for role in [*roles(assembly), *unattached(assembly)]}
