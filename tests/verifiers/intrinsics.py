"""A template's intrinsic functions, evaluated: what stands in the account after the deployment, known before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.verifiers.physical import ACCOUNT, NAME_PROPERTY, PARTITION, REGION, attribute, reference

Exported = Callable[[str], Any]  # the value of another stack's export
NO_VALUE = object()


class Resolver:
    """Evaluates one template; imports of other stacks' exports are asked of `exported`."""

    def __init__(self, stack: str, template: Mapping[str, Any], exported: Exported, place: str = "") -> None:
        self.stack, self.template, self.exported = stack, template, exported
        self.place = place or f"{REGION}:{ACCOUNT}"
        region, _, account = self.place.partition(":")
        self.pseudo: dict[str, Any] = {
            "AWS::AccountId": account,
            "AWS::Region": region,
            "AWS::Partition": PARTITION,
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": stack,
            "AWS::NoValue": NO_VALUE,
        }

    def value(self, node: Any) -> Any:
        if isinstance(node, list):
            return [value for value in map(self.value, node) if value is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            [(function, argument)] = node.items()
            if function == "Ref":
                return self._ref(argument)
            if function.startswith("Fn::"):
                return getattr(self, "_" + function[4:].lower())(argument)
        values = {key: self.value(value) for key, value in node.items()}
        return {key: value for key, value in values.items() if value is not NO_VALUE}

    def name(self, logical_id: str) -> str:
        resource = self.template["Resources"][logical_id]
        named = resource.get("Properties", {}).get(NAME_PROPERTY.get(resource["Type"], ""))
        return str(self.value(named)) if named is not None else f"{self.stack}-{logical_id}"

    def _ref(self, target: str) -> Any:
        if target in self.pseudo:
            return self.pseudo[target]
        if target in self.template.get("Parameters", {}):
            parameter = self.template["Parameters"][target]
            return parameter.get("Default", f"parameter-{target}")
        return self._of(target, lambda kind, name, properties: reference(kind, name, self.place, properties))

    def _getatt(self, argument: list[str] | str) -> Any:
        target, _, wanted = argument.partition(".") if isinstance(argument, str) else (argument[0], "", argument[1])
        return self._of(target, lambda kind, name, given: attribute(kind, name, wanted, self.place, given))

    def _of(self, target: str, told: Callable[[str, str, Mapping[str, Any]], str]) -> str:
        resource = self.template["Resources"].get(target)
        if resource is None:  # a dangling reference: cfn-lint's finding (E1010, E1020), so named rather than raised
            return f"no-resource-{target}"
        path = resource.get("Properties", {}).get("Path")
        return told(resource["Type"], self.name(target), {"Path": self.value(path)} if path else {})

    def _join(self, argument: list[Any]) -> str:
        return str(argument[0]).join(map(str, self.value(argument[1])))

    def _sub(self, argument: str | list[Any]) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else (argument[0], self.value(argument[1]))

        def put(match: re.Match[str]) -> str:
            name = match.group(1)
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            return str(given[name] if name in given else self._getatt(name) if "." in name else self._ref(name))

        return re.sub(r"\$\{([^}]+)\}", put, text)

    def _select(self, argument: list[Any]) -> Any:
        chosen = self.value(argument[1])
        return chosen[int(argument[0])] if len(chosen) > int(argument[0]) else "nothing-selected"

    def _split(self, argument: list[Any]) -> list[str]:
        return str(self.value(argument[1])).split(argument[0])

    def _importvalue(self, argument: Any) -> Any:
        return self.exported(str(self.value(argument)))

    def _if(self, argument: list[Any]) -> Any:
        return self.value(argument[1])

    def _getazs(self, _: Any) -> list[str]:
        return [self.pseudo["AWS::Region"] + zone for zone in "abc"]

    def _findinmap(self, argument: list[Any]) -> Any:
        table, first, second = map(self.value, argument[:3])
        return self.value(self.template["Mappings"][table][first][second])

    def _base64(self, argument: Any) -> Any:
        return self.value(argument)
