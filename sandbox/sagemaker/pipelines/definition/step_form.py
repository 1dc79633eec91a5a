"""The form of a step in a definition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.sagemaker.pipelines.definition.definition import BRANCHES
from sandbox.sagemaker.pipelines.language import conditions
from sandbox.sagemaker.pipelines.language.references import ExpressionError, references
from sandbox.sagemaker.pipelines.running import caching, retrying
from sandbox.sagemaker.pipelines.steps import STEP_TYPES
from sandbox.sagemaker.pipelines.steps.contract import StepType

_NAME = re.compile(r"[A-Za-z0-9\-_]{1,64}")
_MEMBERS = {
    "Name": str,
    "Type": str,
    "Arguments": dict,
    "DependsOn": list,
    "DisplayName": str,
    "Description": str,
    "CacheConfig": dict,
    "RetryPolicies": list,
    "PropertyFiles": list,
}
# Of a Lambda step, by the published schema: https://github.com/aws-sagemaker-mlops/sagemaker-model-building-pipeline-definition-JSON-schema
_LAMBDA_MEMBERS = {"FunctionArn": str, "OutputParameters": list}
_OUTPUT_TYPES = ("String", "Integer", "Boolean", "Float")
_MOST_OUTPUTS = 50  # LambdaStepMetadata.OutputParameters
_FUNCTION_ARN = re.compile(r"arn:aws[\w-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:(\$LATEST|[\w-]+))?")

_ARTICLES = {str: "a string", dict: "an object", list: "a list"}


def step_faults(raw: object) -> Iterator[str]:
    """Of the step, and of those in its branches."""
    if not isinstance(raw, dict) or not isinstance(raw.get("Name"), str):
        yield "a step is an object with a Name"
        return
    name = raw["Name"]
    kind = STEP_TYPES.get(str(raw.get("Type")))
    if kind is None:
        yield f"step type {raw.get('Type')} of step {name} is not in the sandbox; it has: {', '.join(STEP_TYPES)}"
        return
    yield from (f"step '{name}': {fault}" for fault in _own_faults(raw, kind))
    arguments = raw.get("Arguments")
    if kind.name == "Condition" and isinstance(arguments, dict):
        for member in BRANCHES:
            if not isinstance(arguments.get(member) or [], list):
                yield f"step '{name}': {member} is not a list"
            for inner in _list(arguments.get(member)):
                yield from step_faults(inner)


def _own_faults(raw: dict[str, Any], kind: StepType) -> Iterator[str]:
    if not _NAME.fullmatch(raw["Name"]):
        yield "a step's name has 1 to 64 letters, digits, hyphens and underscores"
    members = _MEMBERS | (_LAMBDA_MEMBERS if kind.name == "Lambda" else {})
    for member, value in raw.items():
        if member not in members:
            yield f"Unknown member '{member}'"
        elif value is not None and not isinstance(value, members[member]):
            yield f"{member} is not {_ARTICLES[members[member]]}"
    if not isinstance(raw.get("Arguments", {} if kind.name == "Lambda" else None), dict):
        yield "Arguments are missing"
        return
    try:
        list(references(raw.get("Arguments")))
    except ExpressionError as error:
        yield str(error)
    if kind.name == "Lambda":
        yield from _lambda_faults(raw)
    if raw.get("CacheConfig"):
        yield from _cache_faults(raw["CacheConfig"], kind)
    yield from _retry_faults(raw, kind)
    yield from _list_faults(raw)
    if kind.name == "Condition":
        yield from _condition_faults(raw["Arguments"].get("Conditions"))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _retry_faults(raw: dict[str, Any], kind: StepType) -> Iterator[str]:
    if raw.get("RetryPolicies") and not kind.retried:
        yield f"a {kind.name} step has no RetryPolicies"
    for policy in _list(raw.get("RetryPolicies")):
        yield from retrying.faults(policy)


def _list_faults(raw: dict[str, Any]) -> Iterator[str]:
    for each in _list(raw.get("DependsOn")):
        if not isinstance(each, str):
            yield "DependsOn with a Trigger is not in the sandbox; it has plain step names"
    for file in _list(raw.get("PropertyFiles")):
        names = ("PropertyFileName", "OutputName", "FilePath")
        if not isinstance(file, dict) or not all(isinstance(file.get(name), str) for name in names):
            yield f"a property file needs {', '.join(names)}"


def _lambda_faults(raw: dict[str, Any]) -> Iterator[str]:
    arn, outputs = raw.get("FunctionArn"), _list(raw.get("OutputParameters"))
    if not isinstance(arn, str) or not _FUNCTION_ARN.fullmatch(arn):
        yield f"FunctionArn is the ARN of a Lambda function, not {arn!r}"
    if len(outputs) > _MOST_OUTPUTS:
        yield f"OutputParameters are {_MOST_OUTPUTS} at most, not {len(outputs)}"
    names = [each.get("OutputName") if isinstance(each, dict) else None for each in outputs]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1 and name is not None):
        yield f"OutputParameters: '{name}' is there twice"
    for each in outputs:
        if (
            not isinstance(each, dict)
            or set(each) != {"OutputName", "OutputType"}
            or not isinstance(each["OutputName"], str)
        ):
            yield "one of the OutputParameters is not an object of OutputName and OutputType"
        elif each["OutputType"] not in _OUTPUT_TYPES:
            yield f"OutputType '{each['OutputType']}' is not known; there are: {', '.join(_OUTPUT_TYPES)}"


def _condition_faults(listed: object) -> Iterator[str]:
    if not isinstance(listed, list):
        yield "a Condition step needs a list of Conditions"
    for condition in _list(listed):
        yield from conditions.faults(condition)


def _cache_faults(config: object, kind: StepType) -> Iterator[str]:
    if not isinstance(config, dict) or not isinstance(config.get("Enabled"), bool):
        yield "CacheConfig needs Enabled, true or false"
        return
    if not kind.cache_key and not kind.cache_unused:
        yield f"a {kind.name} step cannot be cached"
    if config["Enabled"] and "ExpireAfter" not in config:
        yield "CacheConfig needs ExpireAfter"
    if "ExpireAfter" in config:
        try:
            caching.seconds(str(config["ExpireAfter"]))
        except ValueError as error:
            yield f"CacheConfig.ExpireAfter: {error}"
