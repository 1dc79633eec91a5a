"""What a CloudFormation action takes from its artifacts and its configuration: template, parameters, tags, capabilities.

CloudFormation user guide, "CodePipeline artifacts" (template configuration file) and "Parameter override functions".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sandbox.codepipeline.actions.artifacts import read_file
from sandbox.codepipeline.actions.contract import ActionFailed, Work
from sandbox.store import Document

_CONFIGURATION = ("Parameters", "Tags", "StackPolicy")


@dataclass(frozen=True, kw_only=True)
class TemplateConfiguration:
    """The members of a template configuration file."""

    parameters: dict[str, str]
    tags: dict[str, str]
    policy: Document | None


def stack_request(work: Work) -> Document:
    """What CreateStack, UpdateStack and CreateChangeSet have in common."""
    if "TemplatePath" not in work.configuration:
        raise ActionFailed("TemplatePath is required with this ActionMode", code="ConfigurationError")
    configured = _configuration(work)
    parameters = {**configured.parameters, **_overrides(work)}
    request: Document = {
        "StackName": work.configuration["StackName"],
        "TemplateBody": _text(read_file(work, work.configuration["TemplatePath"]), "TemplatePath"),
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    }
    if configured.tags:
        request["Tags"] = [{"Key": key, "Value": value} for key, value in configured.tags.items()]
    if capabilities := work.configuration.get("Capabilities"):
        request["Capabilities"] = [each.strip() for each in capabilities.split(",")]
    if role := work.configuration.get("RoleArn"):
        request["RoleARN"] = role
    return request


def stack_policy(work: Work) -> str | None:
    """Of the stack, from the template configuration; a change set has none."""
    policy = _configuration(work).policy
    return json.dumps(policy) if policy is not None else None


def _configuration(work: Work) -> TemplateConfiguration:
    where = work.configuration.get("TemplateConfiguration")
    if where is None:
        return TemplateConfiguration(parameters={}, tags={}, policy=None)
    given = _object(_text(read_file(work, where), where), where)
    for key in given:
        if key not in _CONFIGURATION:
            raise ActionFailed(
                f"{where}: unknown key '{key}'; it has {', '.join(_CONFIGURATION)}", code="ConfigurationError"
            )
    return TemplateConfiguration(
        parameters=_strings(given.get("Parameters", {}), f"{where}: Parameters"),
        tags=_strings(given.get("Tags", {}), f"{where}: Tags"),
        policy=given.get("StackPolicy"),
    )


def _overrides(work: Work) -> dict[str, str]:
    text = work.configuration.get("ParameterOverrides")
    if not text:
        return {}
    given = _object(text, "ParameterOverrides")
    return {key: _override(work, value) for key, value in given.items()}


def _override(work: Work, value: Any) -> str:
    """A value, or one of the functions Fn::GetArtifactAtt and Fn::GetParam."""
    if isinstance(value, dict) and set(value) == {"Fn::GetArtifactAtt"}:
        artifact, attribute = _arguments(value, "Fn::GetArtifactAtt", 2)
        place = work.inputs.get(artifact)
        known = {} if place is None else {"BucketName": place.bucket, "ObjectKey": place.key}
        if attribute == "URL" and place is not None:
            return f"https://s3.{work.settings.region}.amazonaws.com/{place.bucket}/{place.key}"
        if attribute not in known:
            raise ActionFailed(f"ParameterOverrides: {artifact} has no {attribute}", code="ConfigurationError")
        return known[attribute]
    if isinstance(value, dict) and set(value) == {"Fn::GetParam"}:
        artifact, path, key = _arguments(value, "Fn::GetParam", 3)
        where = f"{artifact}::{path}"
        found = _object(_text(read_file(work, where), where), where)
        if key not in found:
            raise ActionFailed(f"ParameterOverrides: {where} has no key '{key}'", code="ConfigurationError")
        return str(found[key])
    return _strings({"": value}, "ParameterOverrides")[""]


def _arguments(value: Document, function: str, count: int) -> list[str]:
    given = value[function]
    if not isinstance(given, list) or len(given) != count or not all(isinstance(each, str) for each in given):
        raise ActionFailed(f"ParameterOverrides: {function} must be a list of {count} texts", code="ConfigurationError")
    return given


def _strings(given: Any, where: str) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise ActionFailed(f"{where} must map names to strings", code="ConfigurationError")
    return dict(given)


def _object(text: str, where: str) -> Document:
    try:
        given = json.loads(text)
    except ValueError as error:
        raise ActionFailed(f"{where} is not valid JSON: {error}", code="ConfigurationError") from error
    if not isinstance(given, dict):
        raise ActionFailed(f"{where} is not a JSON object", code="ConfigurationError")
    return given


def _text(content: bytes, where: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ActionFailed(f"{where} is not UTF-8 text", code="ConfigurationError") from error
