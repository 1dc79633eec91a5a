"""CloudFormation properties against the service's own API model: enums, patterns and lengths that the schemas leave open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.session

from tests.verifiers.assembly import Assembly, Finding

# CloudFormation type -> the API call whose request has the same properties.
CALLS = {
    "AWS::CodeBuild::Project": ("codebuild", "CreateProject"),
    "AWS::CodeCommit::Repository": ("codecommit", "CreateRepository"),
    "AWS::Events::Rule": ("events", "PutRule"),
    "AWS::IAM::ManagedPolicy": ("iam", "CreatePolicy"),
    "AWS::IAM::Role": ("iam", "CreateRole"),
    "AWS::KMS::Key": ("kms", "CreateKey"),
    "AWS::Lambda::Function": ("lambda", "CreateFunction"),
    "AWS::Logs::LogGroup": ("logs", "CreateLogGroup"),
    "AWS::SageMaker::Endpoint": ("sagemaker", "CreateEndpoint"),
    "AWS::SageMaker::EndpointConfig": ("sagemaker", "CreateEndpointConfig"),
    "AWS::SageMaker::Model": ("sagemaker", "CreateModel"),
    "AWS::SageMaker::ModelPackageGroup": ("sagemaker", "CreateModelPackageGroup"),
    "AWS::Scheduler::Schedule": ("scheduler", "CreateSchedule"),
    "AWS::SNS::Topic": ("sns", "CreateTopic"),
    "AWS::SQS::Queue": ("sqs", "CreateQueue"),
    "AWS::CodePipeline::Pipeline": ("codepipeline", "CreatePipeline"),
}
# Documents stand as objects in a template and as text in a request; a pattern of Tags or Description tells nothing here.
SKIPPED = {"PolicyDocument", "AssumeRolePolicyDocument", "EventPattern", "Tags", "Code"}


def api_shapes(assembly: Assembly) -> Iterator[Finding]:
    for resource in assembly.of(*CALLS):
        shape = _input(*CALLS[resource.kind])
        if resource.kind == "AWS::CodePipeline::Pipeline":
            shape = shape.members["pipeline"]
        given = {key: value for key, value in resource.properties.items() if key not in SKIPPED}
        for path, fault in _faults(given, shape, ""):
            yield resource.found("api-shape", f"{path.lstrip('.')}: {fault}")


@cache
def _input(service: str, operation: str) -> Any:
    return botocore.session.get_session().get_service_model(service).operation_model(operation).input_shape


def _faults(value: Any, shape: Any, path: str) -> Iterator[tuple[str, str]]:
    """Descends wherever the template's name is the API's, whatever its capitals; what has another form is left to the schemas."""
    if shape.type_name == "structure" and isinstance(value, dict):
        members = {name.lower(): member for name, member in shape.members.items()}
        for key, entry in value.items():
            if key.lower() in members:
                yield from _faults(entry, members[key.lower()], f"{path}.{key}")
    elif shape.type_name == "list" and isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _faults(entry, shape.member, f"{path}[{index}]")
    elif shape.type_name == "string" and isinstance(value, str):
        yield from ((path, fault) for fault in _text_faults(value, shape))
    elif shape.type_name in {"integer", "long"} and isinstance(value, int | float):
        limits = shape.metadata
        if not limits.get("min", value) <= value <= limits.get("max", value):
            yield path, f"{value} is not from {limits.get('min')} to {limits.get('max')}"


def _text_faults(value: str, shape: Any) -> Iterator[str]:
    limits = shape.metadata
    if shape.enum and value not in shape.enum:
        yield f"{value!r} is none of {', '.join(sorted(shape.enum)[:12])}"
    if not limits.get("min", 0) <= len(value) <= limits.get("max", len(value)):
        yield f"{value!r} is not from {limits.get('min', 0)} to {limits.get('max')} characters long"
    pattern = limits.get("pattern")
    if pattern and _compiles(pattern) and not re.fullmatch(pattern, value):
        yield f"{value!r} does not match {pattern}"


@cache
def _compiles(pattern: str) -> bool:
    """Some patterns of the model are Java's (possessive classes, \\p{...}), which Python cannot read."""
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
