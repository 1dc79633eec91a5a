"""A template's scalars as CloudFormation reads them: what becomes text is JSON's text, and nothing is null.

CloudFormation reads YAML 1.1, so that an unquoted yes or On is the boolean true (aws/aws-cli PR 5257), and where a text is wanted
a boolean is "true" or "false" (ASFHyP3/hyp3 PR 2061 for tags, serverless/serverless issue 10718 for variables); ministack makes
Python's "True" of it. A name that reads as a boolean or a number is that text, wherever it stands, as a key of JSON always is.
A null is refused: "[/Resources/It/Type/Name] 'null' values are not allowed in templates" (aws-cloudformation/cfn-lint issue 246).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

# Sections whose values are texts throughout, and intrinsic functions whose operands are.
_TEXTS = ("Mappings", "Conditions", "Rules", "Outputs")
_FUNCTIONS = {
    *("Ref", "Condition", "Fn::Base64", "Fn::Equals", "Fn::FindInMap", "Fn::GetAtt", "Fn::ImportValue", "Fn::Join"),
    *("Fn::Select", "Fn::Split", "Fn::Sub"),
}
# Members of any resource whose values are texts: its place in the template, its tags, and the values that it hands on.
_MEMBERS = {"Condition", "DependsOn", "Tags", "Variables"}
_NESTED = "AWS::CloudFormation::Stack"


def read_scalars_as_cloudformation() -> None:
    """ministack's modules have the function under its name each, or take it from the engine when they need it."""
    from ministack.services.cloudformation import changesets, engine, handlers  # noqa: PLC0415 (only after `configure`)

    parse: Callable[[str], dict[str, Any]] = engine._parse_template

    def parsed(body: str) -> dict[str, Any]:
        return as_read(parse(body))

    for module in (changesets, engine, handlers):
        module._parse_template = parsed


def as_read(template: dict[str, Any]) -> dict[str, Any]:
    """The template with its texts. Raises ValueError for a null."""
    named: dict[str, Any] = _named(template)
    for where in _nulls({key: value for key, value in named.items() if key != "Metadata"}, ""):
        raise ValueError(f"[{where}] 'null' values are not allowed in templates")
    parameters, resources = named.get("Parameters"), named.get("Resources")
    changed = {section: _text(named[section]) for section in _TEXTS if section in named}
    if isinstance(parameters, dict):
        changed["Parameters"] = {name: _parameter(given) for name, given in parameters.items()}
    if isinstance(resources, dict):
        changed["Resources"] = {name: _resource(given) for name, given in resources.items()}
    return {**named, **changed}


def _named(value: Any) -> Any:
    """The same with every key a text."""
    if isinstance(value, dict):
        return {key if isinstance(key, str) else json.dumps(key): _named(item) for key, item in value.items()}
    return [_named(item) for item in value] if isinstance(value, list) else value


def _nulls(value: Any, where: str) -> Iterator[str]:
    """Where they are; of a resource CloudFormation says Type for its properties."""
    if value is None:
        yield where
    elif isinstance(value, dict):
        for key, item in value.items():
            of_resource = key == "Properties" and where.startswith("/Resources/") and where.count("/") == 2  # noqa: PLR2004
            yield from _nulls(item, f"{where}/{'Type' if of_resource else key}")
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _nulls(item, f"{where}/{position}")


def _parameter(given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    return {**given, **{member: _text(given[member]) for member in ("Default", "AllowedValues") if member in given}}


def _resource(given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    hands_on = {"Parameters"} if given.get("Type") == _NESTED else set()
    return _members(given, _MEMBERS | hands_on)


def _members(value: Any, texts: set[str]) -> Any:
    if isinstance(value, list):
        return [_members(item, texts) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Fn::If"} and isinstance(value["Fn::If"], list):
        condition, *branches = value["Fn::If"]
        return {"Fn::If": [_text(condition), *_members(branches, texts)]}
    return {
        key: _text(item) if key in texts or (len(value) == 1 and key in _FUNCTIONS) else _members(item, texts)
        for key, item in value.items()
    }


def _text(value: Any) -> Any:
    """Booleans and numbers, at any depth, as JSON writes them."""
    if isinstance(value, dict):
        return {key: _text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_text(item) for item in value]
    return json.dumps(value) if isinstance(value, bool | int | float) else value
