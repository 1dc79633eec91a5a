"""The types of actions and rules that there are (API_ListActionTypes, API_ListRuleTypes)."""

from __future__ import annotations

from sandbox.codepipeline.action_types import ACTION_TYPES
from sandbox.codepipeline.running.rules import VARIABLE_CHECK, VARIABLE_CHECK_KEYS
from sandbox.codepipeline.service import CodePipeline
from sandbox.store import Document

_MOST = 5  # the model's maximum of an artifact count


def list_action_types(_: CodePipeline, request: Document) -> Document:
    owner = request.get("actionOwnerFilter", "AWS")
    return {"actionTypes": [_action_type(key) for key in ACTION_TYPES if key[1] == owner]}


def _action_type(key: tuple[str, str, str]) -> Document:
    category, owner, provider = key
    kind = ACTION_TYPES[key]
    properties = [(name, True) for name in kind.required] + [(name, False) for name in kind.optional]
    return {
        "id": {"category": category, "owner": owner, "provider": provider, "version": "1"},
        "actionConfigurationProperties": [_property(name, required=required) for name, required in properties],
        "inputArtifactDetails": _count(kind.inputs),
        "outputArtifactDetails": _count(kind.outputs),
    }


def list_rule_types(_: CodePipeline, __: Document) -> Document:
    category, owner, provider, version = VARIABLE_CHECK
    rule = {
        "id": {"category": category, "owner": owner, "provider": provider, "version": version},
        "ruleConfigurationProperties": [_property(name, required=True) for name in VARIABLE_CHECK_KEYS],
        "inputArtifactDetails": _count((0, 0)),
    }
    return {"ruleTypes": [rule]}


def _property(name: str, *, required: bool) -> Document:
    return {"name": name, "required": required, "key": False, "secret": False}


def _count(count: tuple[int, int]) -> Document:
    return {"minimumCount": count[0], "maximumCount": min(count[1], _MOST)}


OPERATIONS = {"ListActionTypes": list_action_types, "ListRuleTypes": list_rule_types}
