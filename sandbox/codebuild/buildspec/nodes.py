"""YAML with the line of each value: what a build specification is read from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import yaml

from sandbox.errors import NotInTheSandbox

_LARGEST = 1024 * 1024  # bytes; no honest build specification comes near


class BuildSpecError(Exception):
    """The build specification is not one; the message names the line."""


@dataclass(frozen=True)
class Value:
    """One value, and how a person would find it."""

    node: yaml.Node
    name: str

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1

    def error(self, what: str) -> BuildSpecError:
        return BuildSpecError(f"{self.name}: {what} at line {self.line}")

    def absent(self, what: str) -> NotInTheSandbox:
        """For what AWS has and the sandbox has not."""
        return NotInTheSandbox(f"buildspec line {self.line}: {what}")

    @property
    def is_list(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)

    def text(self) -> str:
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.error(f"expected text, found {_kind(self.node)}")
        return "" if self.node.tag.endswith(":null") else str(self.node.value)

    def flag(self) -> bool:
        said = self.text().lower()
        if said not in ("yes", "no", "true", "false"):
            raise self.error(f"expected yes or no, found {said!r}")
        return said in ("yes", "true")

    def mapping(self, known: Iterable[str] | None = None) -> dict[str, Value]:
        """Its members; `known` are the only names that may be there."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"expected a mapping, found {_kind(self.node)}")
        members: dict[str, Value] = {}
        for key, node in self.node.value:
            name = Value(key, self.name).text()
            member = Value(node, f"{self.name}.{name}" if self.name else name)
            at = int(key.start_mark.line) + 1
            if name in members:
                raise BuildSpecError(f"mapping key {name!r} already defined at line {at}")
            if known is not None and name not in known:
                allowed = ", ".join(known)
                raise BuildSpecError(f"{member.name}: unknown key at line {at}; known here are {allowed}")
            members[name] = member
        return members

    def items(self) -> list[Value]:
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error(f"expected a list, found {_kind(self.node)}")
        return [Value(node, f"{self.name}[{position}]") for position, node in enumerate(self.node.value)]

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items())


def parse(text: str) -> Value:
    """The root of a document."""
    if len(text) > _LARGEST:
        raise BuildSpecError(f"the buildspec is larger than {_LARGEST} bytes")
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" at line {mark.line + 1}" if mark else ""
        raise BuildSpecError(f"{error.problem or error.context}{where}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BuildSpecError(f"it is not YAML: {error}") from error
    if node is None:
        raise BuildSpecError("it is empty")
    return Value(node, "")


def _kind(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "subkeys"
    return "a list" if isinstance(node, yaml.SequenceNode) else repr(str(node.value))
