"""Conditions of templates: Fn::Join in them, which ministack takes for a text of its own.

CDK's bootstrap template asks so whether a list of policies is empty; taken wrongly, its deploying role has no policy at all.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def join_in_conditions() -> None:
    from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks  # noqa: PLC0415

    evaluate = engine._evaluate_conditions

    def evaluated(template: dict[str, Any], params: dict[str, Any]) -> dict[str, bool]:
        conditions = joined(template.get("Conditions", {}), params)
        result: dict[str, bool] = evaluate({**template, "Conditions": conditions}, params)
        return result

    for module in (changesets, engine, handlers, provisioners, stacks):
        if hasattr(module, "_evaluate_conditions"):
            module._evaluate_conditions = evaluated


def joined(value: Any, params: Mapping[str, Any]) -> Any:
    """The same conditions with every Fn::Join carried out; a list parameter's value is its members with commas between."""
    if isinstance(value, list):
        return [joined(each, params) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Fn::Join"}:
        delimiter, items = value["Fn::Join"]
        return str(delimiter).join(_members(items, params))
    return {name: joined(each, params) for name, each in value.items()}


def _members(items: Any, params: Mapping[str, Any]) -> list[str]:
    if isinstance(items, list):
        return [member for each in items for member in _members(each, params)]
    if isinstance(items, dict) and items.get("Ref") in params:
        return str(params[items["Ref"]]["Value"]).split(",")
    return [str(items)]
