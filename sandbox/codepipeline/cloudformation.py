"""The resource type AWS::CodePipeline::Pipeline (CloudFormation template reference): Ref is the pipeline's name."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox import properties
from sandbox.errors import NotInTheSandbox, ValidationError
from sandbox.resource_types import Created, ResourceType, generated_name, tag_changes
from sandbox.service import Service, service_model
from sandbox.store import Document

_TYPE = "AWS::CodePipeline::Pipeline"
_SHAPE = service_model("codepipeline").shape_for("PipelineDeclaration")
_SPELLING = properties.capitalised(unlike={})
_NAME_LIMIT = 100
# Properties that are not part of the structure: other operations carry them out, and an execution must be there to be restarted.
_ABSENT = ("DisableInboundStageTransitions", "RestartExecutionOnUpdate")


def resource_types(codepipeline: Service) -> Mapping[str, ResourceType]:
    def create(logical_id: str, given: Document, stack: str) -> Created:
        pipeline = _structure(given)
        pipeline.setdefault("name", generated_name(stack, logical_id, given, limit=_NAME_LIMIT))
        tags = [{"key": key, "value": value} for key, value in tag_changes({}, given)[1].items()]
        created = codepipeline.call("CreatePipeline", {"pipeline": pipeline, "tags": tags})["pipeline"]
        return _identity(created)

    def update(physical_id: str, old: Document, new: Document, _: str) -> Created:
        pipeline = {**_structure(new), "name": physical_id}
        gone, kept = tag_changes(old, new)
        arn = codepipeline.arn(physical_id)
        codepipeline.call("UntagResource", {"resourceArn": arn, "tagKeys": gone})
        tags = [{"key": key, "value": value} for key, value in kept.items()]
        codepipeline.call("TagResource", {"resourceArn": arn, "tags": tags})
        return _identity(codepipeline.call("UpdatePipeline", {"pipeline": pipeline})["pipeline"])

    def delete(physical_id: str, _: Document) -> None:
        codepipeline.call("DeletePipeline", {"name": physical_id})

    return {_TYPE: ResourceType(create=create, update=update, delete=delete, replacing=("Name",), name="Name")}


def _structure(given: Document) -> Document:
    for name in _ABSENT:
        if given.get(name) not in (None, False, "false", []):
            raise NotInTheSandbox(f"{_TYPE}: the property {name}")
    own = {name: value for name, value in given.items() if name not in (*_ABSENT, "Tags", "ArtifactStores")}
    pipeline = properties.request(own, _SHAPE, kind=_TYPE, spelling=_SPELLING)
    if "ArtifactStores" in given:
        pipeline["artifactStores"] = dict(_store(n, entry) for n, entry in enumerate(given["ArtifactStores"]))
    return pipeline


def _store(position: int, entry: Document) -> tuple[str, Document]:
    """A list in a template, a map by Region in the API."""
    path = f"{_TYPE}.ArtifactStores[{position}]"
    for name in entry:
        if name not in ("Region", "ArtifactStore"):
            raise ValidationError(f"{path}: Encountered unsupported property {name}")
    if set(entry) != {"Region", "ArtifactStore"}:
        raise ValidationError(f"{path}: Region and ArtifactStore are required")
    shape = service_model("codepipeline").shape_for("ArtifactStore")
    store = properties.request(entry["ArtifactStore"], shape, kind=f"{path}.ArtifactStore", spelling=_SPELLING)
    return entry["Region"], store


def _identity(pipeline: Document) -> Created:
    return pipeline["name"], {"Version": str(pipeline["version"])}
