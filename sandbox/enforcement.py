"""IAM over the whole process: the guard of our own services, what ministack's leave unasked, and the record of it all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sandbox import plugin
from sandbox.acting import TakeOn, actors
from sandbox.iam.call import Call
from sandbox.iam.encryption import SERVICES as ENCRYPTING
from sandbox.iam.encryption import Encryption
from sandbox.iam.guard import guard_with
from sandbox.iam.needs import Need
from sandbox.iam.passing import SERVICES as TAKING_ROLES
from sandbox.iam.passing import handed_over
from sandbox.iam.report import PATH
from sandbox.iam.resource_tags import ResourceTags
from sandbox.iam.resources import read_parameters
from sandbox.iam.route import permissions
from sandbox.iam.stack_roles import StackRoles
from sandbox.iam.tables import CARRIED
from sandbox.iam.usage import Usage
from sandbox.routes import Route
from sandbox.service import Service
from sandbox.service_context import Guard
from sandbox.settings import SandboxSettings
from sandbox.store import Store


@dataclass(frozen=True, kw_only=True)
class Enforcement:
    """What of it the services get when they are made, and what follows once they are."""

    settings: SandboxSettings
    identity: plugin.MinistackIdentity
    take_on: TakeOn
    guard: Guard
    tags: ResourceTags
    usage: Usage
    stacks: Store

    @property
    def routes(self) -> Mapping[str, Route]:
        return {PATH: permissions(self.usage, plugin.granted)}

    def over(self, services: Sequence[Service]) -> None:
        """Once these services are added, and before ministack's are made durable."""
        for service in services:
            self.tags.add(service)
        plugin.oversee_decisions(self.usage.record, CARRIED)
        plugin.know_tags(self.tags.of)
        plugin.correct_resources()
        plugin.mind_execution_roles(self.identity)
        plugin.act_for_stacks(StackRoles(store=self.stacks, settings=self.settings, take_on=self.take_on))
        for name in TAKING_ROLES:
            plugin.ask_before(name, needs=partial(handed_over, name), identity=self.identity)
        encryption = Encryption(plugin.MinistackKeys(), self.settings)
        plugin.ask_before("ssm", needs=partial(read_parameters, self.settings), identity=self.identity)
        for name in ENCRYPTING:
            plugin.ask_before(name, needs=partial(_encrypted, encryption, name), identity=self.identity)

    def close(self) -> None:
        self.usage.close()
        self.stacks.close()


def enforcement(settings: SandboxSettings) -> Enforcement:
    identity, tags = plugin.MinistackIdentity(settings), ResourceTags()
    return Enforcement(
        settings=settings,
        identity=identity,
        take_on=actors(settings=settings, identity=identity, wire=plugin.enforced_wire),
        guard=guard_with(identity=identity, settings=settings, tags_of=tags.of),
        tags=tags,
        usage=Usage(Store(settings.database("iam"))),
        stacks=Store(settings.database("stack-roles")),
    )


def _encrypted(encryption: Encryption, name: str, call: Call) -> Iterable[Need]:
    return encryption.of_objects(call) if name == "s3" else encryption.of_messages(name, call)
