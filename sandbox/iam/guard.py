"""The guard before each operation of our own services: its caller is allowed all that it takes, or is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbox.caller import caller
from sandbox.errors import NotInTheSandbox
from sandbox.iam.needs import needs
from sandbox.iam.tables import TABLES
from sandbox.identity import Identity
from sandbox.service_context import Guard
from sandbox.settings import SandboxSettings
from sandbox.store import Document

TagsOf = Callable[
    [str], Mapping[str, str]
]  # of a resource of our own services, by its ARN; none for one that is not there


def guard_with(*, identity: Identity, settings: SandboxSettings, tags_of: TagsOf) -> Guard:
    def guard(service: str, operation: str, request: Document) -> None:
        key = caller()
        if identity.unrestricted(key):
            return
        table = TABLES[service]
        if operation not in table.operations:
            raise NotInTheSandbox(f"The permission for {table.prefix}:{operation}")
        for need in needs(table, operation, request, settings):
            # SageMaker shows a resource's tags by a key of its own too; aws:ResourceTag is known where policies are read.
            tags = tags_of(need.resource) if need.action.startswith("sagemaker:") else {}
            own = {f"sagemaker:ResourceTag/{name}": value for name, value in tags.items()}
            identity.require(key, need.action, need.resource, {**need.keys, **own})

    return guard
