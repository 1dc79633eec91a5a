"""The resource types AWS::SageMaker::{ModelPackageGroup, Model, EndpointConfig, Endpoint} for the sandbox's CloudFormation.

A template's properties are the API's members (CloudFormation template reference, AWS::SageMaker::*), so that each type is its
Create operation: a property that the operation does not know is refused by name. Replacement follows the reference too: models and
endpoint configurations are immutable, an endpoint is updated in place unless its name changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.errors import ServiceError, ValidationError
from sandbox.sagemaker.properties import typed
from sandbox.sagemaker.service import SageMaker
from sandbox.service import service_model
from sandbox.store import Document

Created = tuple[str, dict[str, str]]  # physical id, attributes
_SETTLING = ("Creating", "Updating", "RollingBack", "SystemUpdating")
_PATIENCE = 600.0  # seconds an endpoint may take
_NAME_LIMIT = 63
_KINDS = {
    "AWS::SageMaker::ModelPackageGroup": "ModelPackageGroup",
    "AWS::SageMaker::Model": "Model",
    "AWS::SageMaker::EndpointConfig": "EndpointConfig",
    "AWS::SageMaker::Endpoint": "Endpoint",
}
NAMES = {kind: f"{word}Name" for kind, word in _KINDS.items()}


def _properties(word: str) -> tuple[str, ...]:
    shape = service_model("sagemaker").operation_model(f"Create{word}").input_shape
    return tuple(shape.members) if shape is not None else ()


# A change of tags alone replaces nothing; every other property of the immutable types does.
REPLACING = {
    "AWS::SageMaker::ModelPackageGroup": ("ModelPackageGroupName", "ModelPackageGroupDescription"),
    "AWS::SageMaker::Model": tuple(name for name in _properties("Model") if name != "Tags"),
    "AWS::SageMaker::EndpointConfig": tuple(name for name in _properties("EndpointConfig") if name != "Tags"),
    "AWS::SageMaker::Endpoint": ("EndpointName",),
}
# Properties of AWS::SageMaker::Endpoint that steer an update and are not members of CreateEndpoint.
_UPDATE_ONLY = ("RetainAllVariantProperties", "ExcludeRetainedVariantProperties", "RetainDeploymentConfig")


def resource_types(sagemaker: SageMaker) -> Mapping[str, Mapping[str, Callable[..., Any]]]:
    """The handlers CloudFormation calls, on worker threads."""
    types: dict[str, dict[str, Callable[..., Any]]] = {}
    for kind, word in _KINDS.items():
        types[kind] = {"create": _creator(sagemaker, word), "delete": _deleter(sagemaker, word)}
        types[kind]["update"] = _updater(sagemaker) if word == "Endpoint" else _retagger(sagemaker, word)
    return types


def _creator(sagemaker: SageMaker, word: str) -> Callable[[str, Document, str], Created]:
    def create(logical_id: str, properties: Document, stack: str) -> Created:
        request = typed(word, properties)
        name = request.setdefault(f"{word}Name", _generated(stack, logical_id, properties))
        for member in _UPDATE_ONLY if word == "Endpoint" else ():
            request.pop(member, None)
        response = sagemaker.call(f"Create{word}", request)
        if word == "Endpoint":
            try:
                _settled(sagemaker, name, request["EndpointConfigName"])
            except ValidationError:
                _deleter(sagemaker, word)(response["EndpointArn"], properties)  # a resource that failed is cleaned up
                raise
        return _identity(word, name, response[f"{word}Arn"])

    return create


def _identity(word: str, name: str, arn: str) -> Created:
    """`Ref` gives these types' ARN; the attributes are those of each type's "Return values", and no more."""
    return arn, {"ModelPackageGroupArn": arn} if word == "ModelPackageGroup" else {"Id": arn, f"{word}Name": name}


def _generated(stack: str, logical_id: str, properties: Document) -> str:
    """CloudFormation's form: logical id, then random; here a digest, so that a replacement gets another name."""
    digest = hashlib.sha256(repr((stack, sorted(properties.items(), key=str))).encode()).hexdigest()[:12]
    return f"{logical_id}-{digest}"[-_NAME_LIMIT:]


def _settled(sagemaker: SageMaker, name: str, config: str) -> None:
    """Wait for the endpoint; an operation that did not bring `config` into service is a failure of the resource."""
    endpoint = sagemaker.store.wait(
        "endpoint", name, until=lambda e: e is None or e["EndpointStatus"] not in _SETTLING, timeout=_PATIENCE
    )
    if endpoint is None or endpoint["EndpointStatus"] != "InService" or endpoint["EndpointConfigName"] != config:
        reason = (endpoint or {}).get("FailureReason") or "it was deleted"
        raise ValidationError(
            f"Resource of type 'AWS::SageMaker::Endpoint' with identifier '{name}' did not stabilize: {reason}"
        )


def _updater(sagemaker: SageMaker) -> Callable[[str, Document, Document, str], Created]:
    def update(physical_id: str, old: Document, new: Document, stack: str) -> Created:  # noqa: ARG001 (CloudFormation's signature)
        name = physical_id.rpartition("/")[2]
        request = {**typed("Endpoint", new), "EndpointName": name}
        request.pop("Tags", None)
        sagemaker.call("UpdateEndpoint", request)
        _settled(sagemaker, name, request["EndpointConfigName"])
        return _identity("Endpoint", name, physical_id)

    return update


def _retagger(sagemaker: SageMaker, word: str) -> Callable[[str, Document, Document, str], Created]:
    def update(physical_id: str, old: Document, new: Document, stack: str) -> Created:  # noqa: ARG001 (CloudFormation's signature)
        kept = {tag["Key"] for tag in new.get("Tags", [])}
        gone = [tag["Key"] for tag in old.get("Tags", []) if tag["Key"] not in kept]
        if gone:
            sagemaker.call("DeleteTags", {"ResourceArn": physical_id, "TagKeys": gone})
        if new.get("Tags"):
            sagemaker.call("AddTags", {"ResourceArn": physical_id, "Tags": new["Tags"]})
        return _identity(word, physical_id.rpartition("/")[2], physical_id)

    return update


def _deleter(sagemaker: SageMaker, word: str) -> Callable[[str, Document], None]:
    def delete(physical_id: str, _: Document) -> None:
        name = physical_id.rpartition("/")[2]
        try:
            sagemaker.call(f"Delete{word}", {f"{word}Name": name})
        except ServiceError as error:
            if "does not exist" not in error.message and "Could not find" not in error.message:
                raise
            return
        if word == "Endpoint":
            sagemaker.store.wait("endpoint", name, until=lambda endpoint: endpoint is None, timeout=_PATIENCE)

    return delete
