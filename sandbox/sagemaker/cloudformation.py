"""The resource types AWS::SageMaker::{ModelPackageGroup, Model, EndpointConfig, Endpoint, Pipeline} in the sandbox.

A template's properties are the API's members (CloudFormation template reference, AWS::SageMaker::*), so that each type is its
Create operation. Replacement follows the reference too: models and endpoint configurations are immutable, an endpoint is updated in
place unless its name changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from sandbox import properties
from sandbox.errors import ServiceError, ValidationError
from sandbox.resource_types import Created, ResourceType, generated_name, tag_changes
from sandbox.sagemaker.hosting.deployment import SETTLING
from sandbox.sagemaker.made_once import forget, made_once
from sandbox.sagemaker.pipelines import resource_type as pipeline
from sandbox.sagemaker.service import SageMaker
from sandbox.service import service_model
from sandbox.store import Document

_PATIENCE = 600.0  # seconds an endpoint may take
_NAME_LIMIT = 63
_WORDS = ("ModelPackageGroup", "Model", "EndpointConfig", "Endpoint")
# Properties that are not members of the Create operation: what steers an endpoint's update, and what another operation sets.
_POLICY = "ModelPackageGroupPolicy"
_UPDATE_ONLY = ("RetainAllVariantProperties", "ExcludeRetainedVariantProperties", "RetainDeploymentConfig")
_BESIDE = {"Endpoint": _UPDATE_ONLY, "ModelPackageGroup": (_POLICY,)}


def resource_types(sagemaker: SageMaker) -> Mapping[str, ResourceType]:
    ours = {f"AWS::SageMaker::{word}": _resource_type(sagemaker, word) for word in _WORDS}
    return {**ours, pipeline.KIND: pipeline.resource_type(sagemaker)}


def _resource_type(sagemaker: SageMaker, word: str) -> ResourceType:
    return ResourceType(
        create=_creator(sagemaker, word),
        update=_updater(sagemaker) if word == "Endpoint" else _retagger(sagemaker, word),
        delete=_deleter(sagemaker, word),
        replacing=_replacing(word),
        name=f"{word}Name",
    )


def _replacing(word: str) -> tuple[str, ...]:
    """A change of tags alone replaces nothing; every other property of the immutable types does."""
    shape = service_model("sagemaker").operation_model(f"Create{word}").input_shape
    members = tuple(shape.members) if shape is not None else ()
    return ("EndpointName",) if word == "Endpoint" else tuple(name for name in members if name != "Tags")


def _request(operation: str, word: str, given: Document) -> Document:
    shape = service_model("sagemaker").operation_model(operation).input_shape
    return properties.request(given, shape, kind=f"AWS::SageMaker::{word}", spelling=properties.same)


def _creator(sagemaker: SageMaker, word: str) -> Callable[[str, Document, str], Created]:
    def create(logical_id: str, given: Document, stack: str) -> Created:
        beside = _BESIDE.get(word, ())
        request = _request(f"Create{word}", word, {k: v for k, v in given.items() if k not in beside})
        name = request.setdefault(f"{word}Name", generated_name(stack, logical_id, given, limit=_NAME_LIMIT))
        arn = made_once(sagemaker, word, request, maker=f"{stack}/{logical_id}")
        try:
            if word == "Endpoint":
                _settled(sagemaker, name, request["EndpointConfigName"])
            if given.get(_POLICY):
                _put_policy(sagemaker, name, given[_POLICY])
        except ServiceError:
            _deleter(sagemaker, word)(arn, given)  # a resource that failed is cleaned up
            raise
        return _identity(word, name, arn)

    return create


def _identity(word: str, name: str, arn: str) -> Created:
    """`Ref` gives these types' ARN; the attributes are those of each type's "Return values", and no more."""
    return arn, {"ModelPackageGroupArn": arn} if word == "ModelPackageGroup" else {"Id": arn, f"{word}Name": name}


def _put_policy(sagemaker: SageMaker, group: str, policy: object) -> None:
    text = policy if isinstance(policy, str) else json.dumps(policy)
    sagemaker.call("PutModelPackageGroupPolicy", {"ModelPackageGroupName": group, "ResourcePolicy": text})


def _settled(sagemaker: SageMaker, name: str, config: str) -> None:
    """Wait for the endpoint; an operation that did not bring `config` into service is a failure of the resource."""
    endpoint = sagemaker.store.wait(
        "endpoint", name, until=lambda e: e is None or e["EndpointStatus"] not in SETTLING, timeout=_PATIENCE
    )
    if endpoint is None or endpoint["EndpointStatus"] != "InService" or endpoint["EndpointConfigName"] != config:
        reason = (endpoint or {}).get("FailureReason") or "it was deleted"
        raise ValidationError(
            f"Resource of type 'AWS::SageMaker::Endpoint' with identifier '{name}' did not stabilize: {reason}"
        )


def _maintained(sagemaker: SageMaker, name: str) -> None:
    """Let the sandbox start again what it served before it was stopped: until then an endpoint takes no change."""
    sagemaker.store.wait(
        "endpoint", name, until=lambda e: e is None or e["EndpointStatus"] != "SystemUpdating", timeout=_PATIENCE
    )


def _updater(sagemaker: SageMaker) -> Callable[[str, Document, Document, str], Created]:
    def update(physical_id: str, old: Document, new: Document, stack: str) -> Created:  # noqa: ARG001 (CloudFormation's signature)
        name = physical_id.rpartition("/")[2]
        given = {k: v for k, v in new.items() if k != "Tags"}
        request = {**_request("UpdateEndpoint", "Endpoint", given), "EndpointName": name}
        _retag(sagemaker, physical_id, old, new)
        if any(new.get(member) != old.get(member) for member in {*new, *old} - {"Tags"}):
            _maintained(sagemaker, name)
            sagemaker.call("UpdateEndpoint", request)
            _settled(sagemaker, name, request["EndpointConfigName"])
        return _identity("Endpoint", name, physical_id)

    return update


def _retagger(sagemaker: SageMaker, word: str) -> Callable[[str, Document, Document, str], Created]:
    def update(physical_id: str, old: Document, new: Document, stack: str) -> Created:  # noqa: ARG001 (CloudFormation's signature)
        name = physical_id.rpartition("/")[2]
        _retag(sagemaker, physical_id, old, new)
        if new.get(_POLICY):
            _put_policy(sagemaker, name, new[_POLICY])
        elif old.get(_POLICY):
            sagemaker.call("DeleteModelPackageGroupPolicy", {"ModelPackageGroupName": name})
        return _identity(word, name, physical_id)

    return update


def _retag(sagemaker: SageMaker, arn: str, old: Document, new: Document) -> None:
    gone, kept = tag_changes(old, new)
    if gone:
        sagemaker.call("DeleteTags", {"ResourceArn": arn, "TagKeys": gone})
    if kept:
        sagemaker.call("AddTags", {"ResourceArn": arn, "Tags": [{"Key": k, "Value": v} for k, v in kept.items()]})


def _deleter(sagemaker: SageMaker, word: str) -> Callable[[str, Document], None]:
    def delete(physical_id: str, _: Document) -> None:
        name = physical_id.rpartition("/")[2]
        if word == "Endpoint":
            _maintained(sagemaker, name)
        try:
            sagemaker.call(f"Delete{word}", {f"{word}Name": name})
        except ServiceError as error:
            if "does not exist" not in error.message and "Could not find" not in error.message:
                raise
            return
        forget(sagemaker, word, name)
        if word == "Endpoint":
            sagemaker.store.wait("endpoint", name, until=lambda endpoint: endpoint is None, timeout=_PATIENCE)

    return delete
