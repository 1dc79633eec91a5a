"""Just enough of CloudFormation to see what endpoint.yaml asks SageMaker for: its short tags, and its functions."""

import re
from pathlib import Path
from typing import Any, cast

import yaml

Node = dict[str, object]
Template = dict[str, dict[str, Any]]  # a template is JSON: its own tests say what is in it


def load_template(path: Path) -> Template:
    return cast("Template", yaml.load(path.read_text(encoding="utf-8"), CloudFormationLoader))  # noqa: S506  # a SafeLoader


class CloudFormationLoader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags, as the long form that they stand for."""


def _tagged(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> Node:
    name = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    return {name: loader.construct_sequence(cast("yaml.SequenceNode", node), deep=True)}


yaml.add_multi_constructor("!", _tagged, CloudFormationLoader)


class Resolver:
    """Just enough of CloudFormation to put values in the place of intrinsic functions."""

    def __init__(self, template: Template, values: dict[str, str]) -> None:
        self.template = template
        numbers = {name for name, one in template["Parameters"].items() if one["Type"] == "Number"}
        self.values: Node = {name: int(value) if name in numbers else value for name, value in values.items()}

    def resolve(self, node: object) -> object:
        if isinstance(node, list):
            return [self.resolve(one) for one in node]
        if not isinstance(node, dict):
            return node
        if len(node) == 1 and (function := next(iter(node))).startswith(("Ref", "Fn::")):
            return self._call(function, node[function])
        resolved = {key: self.resolve(value) for key, value in node.items()}
        return {key: value for key, value in resolved.items() if value is not None}

    def _call(self, function: str, argument: object) -> object:
        if function == "Ref":
            return None if argument == "AWS::NoValue" else self.values[str(argument)]
        if function == "Fn::Sub":
            return re.sub(r"\$\{(\w+)\}", lambda found: str(self.values[found[1]]), str(argument))
        if function == "Fn::GetAtt":
            resource, attribute = str(argument).split(".")
            return self.resolve(self.template["Resources"][resource]["Properties"][attribute])
        if function == "Fn::Split" and isinstance(argument, list):
            return str(self.resolve(argument[1])).split(str(argument[0]))
        if function == "Fn::If" and isinstance(argument, list):
            condition, yes, no = argument
            return self.resolve(yes if self._holds(self.template["Conditions"][condition]) else no)
        raise NotImplementedError(function)

    def _holds(self, condition: dict[str, list[object]]) -> bool:
        """Conditions compare text, whatever the types of the parameters."""
        function, operands = next(iter(condition.items()))
        if function == "Fn::Not":
            return not self._holds(cast("dict[str, list[object]]", operands[0]))
        if function == "Fn::Equals":
            first, second = (str(self.resolve(operand)) for operand in operands)
            return first == second
        raise NotImplementedError(function)
