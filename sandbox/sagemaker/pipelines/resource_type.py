"""The resource type AWS::SageMaker::Pipeline: its definition as text or in S3, its parallelism, its tags.

Its registry schema names PipelineName, PipelineDefinition and RoleArn as required, PipelineName as its identifier (what `Ref`
gives) and as the one property whose change replaces it.
"""

from __future__ import annotations

import uuid

from sandbox import properties
from sandbox.errors import NotInTheSandbox, ServiceError, ValidationError
from sandbox.resource_types import Created, ResourceType, tag_changes
from sandbox.sagemaker.made_once import forget, made_once
from sandbox.sagemaker.service import SageMaker
from sandbox.service import service_model
from sandbox.store import Document

KIND = "AWS::SageMaker::Pipeline"
_REQUIRED = ("PipelineName", "PipelineDefinition", "RoleArn")
_DEFINITION = "PipelineDefinition"
_BODY, _PLACE = "PipelineDefinitionBody", "PipelineDefinitionS3Location"


def resource_type(sagemaker: SageMaker) -> ResourceType:
    def create(logical_id: str, given: Document, stack: str) -> Created:
        request = _request("CreatePipeline", given)
        made_once(sagemaker, "Pipeline", request, maker=f"{stack}/{logical_id}", more=_token())
        return request["PipelineName"], {}

    def update(name: str, old: Document, new: Document, stack: str) -> Created:  # noqa: ARG001 (CloudFormation's signature)
        if any(new.get(member) != old.get(member) for member in {*new, *old} - {"Tags"}):
            sagemaker.call("UpdatePipeline", _request("UpdatePipeline", {k: v for k, v in new.items() if k != "Tags"}))
        arn, (gone, kept) = sagemaker.arn(f"pipeline/{name}"), tag_changes(old, new)
        if gone:
            sagemaker.call("DeleteTags", {"ResourceArn": arn, "TagKeys": gone})
        if kept:
            tags = [{"Key": key, "Value": value} for key, value in kept.items()]
            sagemaker.call("AddTags", {"ResourceArn": arn, "Tags": tags})
        return name, {}

    def delete(name: str, _: Document) -> None:
        try:
            sagemaker.call("DeletePipeline", {"PipelineName": name, **_token()})
        except ServiceError as error:
            if "does not exist" not in error.message:
                raise
            return
        forget(sagemaker, "Pipeline", name)

    return ResourceType(create=create, update=update, delete=delete, replacing=("PipelineName",), name="PipelineName")


def _token() -> Document:
    return {"ClientRequestToken": str(uuid.uuid4())}


def _request(operation: str, given: Document) -> Document:
    """The operation's, without its token. Raises ValidationError."""
    for name in _REQUIRED:
        if name not in given:
            raise ValidationError(f"Model validation failed (#: required key [{name}] not found)")
    shape = service_model("sagemaker").operation_model(operation).input_shape
    others = {name: value for name, value in given.items() if name != _DEFINITION}
    return {**properties.request(others, shape, kind=KIND, spelling=properties.same), **_definition(given[_DEFINITION])}


def _definition(given: object) -> Document:
    """Either of the two members, which the API has beside one another."""
    if not isinstance(given, dict) or len(given.keys() & {_BODY, _PLACE}) != 1 or len(given) != 1:
        raise ValidationError(
            f"Model validation failed (#/{_DEFINITION}: one of {_BODY} and {_PLACE} is needed, and nothing beside it)"
        )
    if _BODY in given:
        return {_DEFINITION: str(given[_BODY])}
    place = given[_PLACE]
    names = {"Bucket": "Bucket", "Key": "ObjectKey", "Version": "VersionId"}
    if "ETag" in place:
        raise NotInTheSandbox(f"{KIND} with {_PLACE}.ETag")
    if unknown := place.keys() - names:
        raise ValidationError(f"{KIND}.{_PLACE}: Encountered unsupported property {sorted(unknown)[0]}")
    return {_PLACE: {names[name]: value for name, value in place.items()}}
