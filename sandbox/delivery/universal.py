"""Scheduler's universal targets: any operation of any service, its request as JSON with names in PascalCase.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.model import ListShape, MapShape, Shape, StructureShape

from sandbox.errors import NotInTheSandbox, ValidationError
from sandbox.service import service_model

_ARN = re.compile(r"arn:aws[\w-]*:scheduler:::aws-sdk:([a-z0-9]+):([A-Za-z0-9]+)")
# Read-only operations, which AWS refuses by how they begin (same page, "Unsupported actions").
_READS = re.compile(
    r"(get|describe|list|poll|receive|search|scan|query|select|read|lookup|discover|validate|batchGet|batchDescribe|batchRead"
    r"|transactGet|adminGet|adminList|testMigration|retrieve|testConnection|translateDocument|isAuthorized|invokeModel)(?![a-z])"
)
# AWS's identifiers of a service that differ from botocore's by more than hyphens.
_ELSEWHERE = {
    "sfn": "stepfunctions",
    "eventbridge": "events",
    "cloudwatchlogs": "logs",
    "codestarconnections": "codestar-connections",
}


@dataclass(frozen=True)
class Operation:
    """`service` and `name` are botocore's."""

    service: str
    name: str

    @property
    def method(self) -> str:
        """Of a boto3 client."""
        return str(xform_name(self.name))

    def request(self, given: str) -> dict[str, Any]:
        """The Input as botocore wants it. Raises ValidationError for JSON that is no request."""
        try:
            document = json.loads(given or "{}")
        except ValueError as error:
            raise ValidationError(f"Invalid RequestJson provided. Reason: {error}") from error
        shape = service_model(self.service).operation_model(self.name).input_shape
        if not isinstance(document, dict):
            raise ValidationError("Invalid RequestJson provided. Reason: it is not a JSON object")
        return dict(_renamed(document, shape, at=self.name)) if shape is not None else {}


def is_universal(arn: str) -> bool:
    return ":aws-sdk:" in arn


@cache
def operation(arn: str) -> Operation:
    """Raises ValidationError for what AWS refuses at CreateSchedule."""
    found = _ARN.fullmatch(arn)
    if found is None:
        raise ValidationError(
            f"Provided Arn is not in correct format: {arn} (arn:aws:scheduler:::aws-sdk:service:apiAction)"
        )
    service, action = found[1], found[2]
    if _READS.match(action):
        raise ValidationError(f"{arn}: {action} only reads, which EventBridge Scheduler does not support as a target")
    name = _botocore_name(service)
    for known in service_model(name).operation_names:
        if known[0].lower() + known[1:] == action:
            return Operation(name, known)
    raise ValidationError(f"{arn}: {service} has no action {action} (it is written in camelCase)")


def _botocore_name(service: str) -> str:
    if service in _ELSEWHERE:
        return _ELSEWHERE[service]
    for name in botocore.session.get_session().get_available_services():
        if name.replace("-", "") == service:
            return str(name)
    raise NotInTheSandbox(f"{service} as a service of a universal target")


def _renamed(given: Any, shape: Shape, *, at: str) -> Any:
    """PascalCase to the member names of the model, at every depth."""
    if isinstance(shape, StructureShape) and isinstance(given, dict):
        names = {member[0].upper() + member[1:]: member for member in shape.members}
        if unknown := [name for name in given if name not in names]:
            raise ValidationError(
                f"Invalid RequestJson provided. Reason: {at} has no member {', '.join(sorted(unknown))}"
            )
        return {
            names[name]: _renamed(value, shape.members[names[name]], at=f"{at}.{name}") for name, value in given.items()
        }
    if isinstance(shape, ListShape) and isinstance(given, list):
        return [_renamed(each, shape.member, at=f"{at}[{index}]") for index, each in enumerate(given)]
    if isinstance(shape, MapShape) and isinstance(given, dict):
        return {key: _renamed(value, shape.value, at=f"{at}.{key}") for key, value in given.items()}
    return given
