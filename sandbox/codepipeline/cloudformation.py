"""The resource type AWS::CodePipeline::Pipeline (CloudFormation template reference): Ref is the pipeline's name."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox import properties
from sandbox.codepipeline.executions.transitions import set_transition
from sandbox.codepipeline.running.turn import Turn
from sandbox.codepipeline.service import CodePipeline
from sandbox.errors import ValidationError
from sandbox.resource_types import Created, ResourceType, generated_name, tag_changes
from sandbox.service import service_model
from sandbox.store import Document

_TYPE = "AWS::CodePipeline::Pipeline"
_SHAPE = service_model("codepipeline").shape_for("PipelineDeclaration")
_SPELLING = properties.capitalised(unlike={})
_NAME_LIMIT = 100
_DISABLED, _RESTART = "DisableInboundStageTransitions", "RestartExecutionOnUpdate"
_BESIDE = (_DISABLED, _RESTART, "ArtifactStores", "Tags")  # properties that are not part of the structure as it is


def resource_types(codepipeline: CodePipeline) -> Mapping[str, ResourceType]:
    def create(logical_id: str, given: Document, stack: str) -> Created:
        pipeline = _structure(given)
        pipeline.setdefault("name", generated_name(stack, logical_id, given, limit=_NAME_LIMIT))
        tags = [{"key": key, "value": value} for key, value in tag_changes({}, given)[1].items()]
        request = {"pipeline": pipeline, "tags": tags}
        with codepipeline.store.transaction():  # closed before the first execution can come to them
            for stage, reason in _disabled(given).items():
                set_transition(Turn(codepipeline, pipeline["name"]), stage, enabled=False, reason=reason)
            return _identity(codepipeline.call("CreatePipeline", request)["pipeline"])

    def update(physical_id: str, old: Document, new: Document, _: str) -> Created:
        pipeline = {**_structure(new), "name": physical_id}
        gone, kept = tag_changes(old, new)
        arn = codepipeline.arn(physical_id)
        codepipeline.call("UntagResource", {"resourceArn": arn, "tagKeys": gone})
        tags = [{"key": key, "value": value} for key, value in kept.items()]
        codepipeline.call("TagResource", {"resourceArn": arn, "tags": tags})
        updated = codepipeline.call("UpdatePipeline", {"pipeline": pipeline})["pipeline"]
        _change_transitions(codepipeline, physical_id, _disabled(old), _disabled(new))
        if new.get(_RESTART) in (True, "true"):
            codepipeline.call("StartPipelineExecution", {"name": physical_id})
        return _identity(updated)

    def delete(physical_id: str, _: Document) -> None:
        codepipeline.call("DeletePipeline", {"name": physical_id})

    return {_TYPE: ResourceType(create=create, update=update, delete=delete, replacing=("Name",), name="Name")}


def _structure(given: Document) -> Document:
    own = {name: value for name, value in given.items() if name not in _BESIDE}
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


def _disabled(given: Document) -> dict[str, str]:
    """The stages whose inbound transition is disabled, and why (StageTransition in the template reference)."""
    known = {stage.get("Name") for stage in given.get("Stages", [])}
    disabled = {}
    for position, entry in enumerate(given.get(_DISABLED) or []):
        if not isinstance(entry, dict) or set(entry) != {"StageName", "Reason"}:
            raise ValidationError(f"{_TYPE}.{_DISABLED}[{position}]: StageName and Reason are required")
        if entry["StageName"] not in known:
            raise ValidationError(f"{_TYPE}.{_DISABLED}[{position}]: there is no stage {entry['StageName']}")
        disabled[entry["StageName"]] = entry["Reason"]
    return disabled


def _change_transitions(codepipeline: CodePipeline, name: str, old: dict[str, str], new: dict[str, str]) -> None:
    place = {"pipelineName": name, "transitionType": "Inbound"}
    for stage, reason in new.items():
        if old.get(stage) != reason:
            codepipeline.call("DisableStageTransition", {**place, "stageName": stage, "reason": reason})
    for stage in old.keys() - new.keys():
        codepipeline.call("EnableStageTransition", {**place, "stageName": stage})


def _identity(pipeline: Document) -> Created:
    return pipeline["name"], {"Version": str(pipeline["version"])}
