"""What is verified: one configuration's templates and the files they lead to, with every resource's names filled in."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.verifiers.intrinsics import Resolver

Template = dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """One fault: which check saw it, where, and what is wrong."""

    check: str
    where: str  # stack/logical id, or a file
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.check}: {self.what}"


@dataclass(frozen=True)
class Resource:
    """A resource with its intrinsic functions evaluated."""

    stack: str
    logical_id: str
    kind: str
    name: str
    arn: str
    properties: Mapping[str, Any]
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def where(self) -> str:
        return f"{self.stack}/{self.logical_id}"

    def found(self, check: str, what: str) -> Finding:
        return Finding(check, self.where, what)


@dataclass(frozen=True)
class Assembly:
    """A synthesised app: templates by stack, and the text of the files that its pipelines run or read."""

    configuration: str
    templates: Mapping[str, Template]
    files: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)  # stack -> region:account, where it isn't the default

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        return tuple(self._resources())

    def of(self, *kinds: str) -> list[Resource]:
        return [resource for resource in self.resources if resource.kind in kinds]

    def copy(self) -> Assembly:
        """A copy whose templates may be changed."""
        return Assembly(self.configuration, copy.deepcopy(dict(self.templates)), dict(self.files), self.places)

    @cached_property
    def resolvers(self) -> dict[str, Resolver]:
        return {
            stack: Resolver(stack, template, self.export, self.places.get(stack, ""))
            for stack, template in self.templates.items()
        }

    def export(self, name: str) -> Any:
        for resolver in self.resolvers.values():
            for output in resolver.template.get("Outputs", {}).values():
                if "Export" in output and resolver.value(output["Export"]["Name"]) == name:
                    return resolver.value(output["Value"])
        return f"no-export-{name}"

    def _resources(self) -> Iterator[Resource]:
        for stack, resolver in self.resolvers.items():
            for logical_id, raw in resolver.template.get("Resources", {}).items():
                yield Resource(
                    stack=stack,
                    logical_id=logical_id,
                    kind=raw["Type"],
                    name=resolver.name(logical_id),
                    arn=resolver.value({"Fn::GetAtt": [logical_id, "Arn"]}),
                    properties=resolver.value(raw.get("Properties", {})),
                    raw=raw,
                )


def text(template: Template) -> str:
    return json.dumps(template, indent=1, sort_keys=True)
