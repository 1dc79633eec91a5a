"""The resource type AWS::CodeBuild::Project (CloudFormation template reference): Ref is the project's name."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox import properties, validation
from sandbox.codebuild.projects import arn_of, replace_project
from sandbox.errors import NotInTheSandbox
from sandbox.resource_types import Created, ResourceType, generated_name
from sandbox.service import Service, service_model
from sandbox.store import Document

_TYPE = "AWS::CodeBuild::Project"
_SHAPE = service_model("codebuild").operation_model("CreateProject").input_shape
_SPELLING = properties.capitalised(unlike={"buildspec": "BuildSpec", "vCpu": "vCpu"})
_ABSENT = ("Triggers", "ResourceAccessRole")  # webhooks and public builds: operations of their own
_NAME_LIMIT = 150


def resource_types(codebuild: Service) -> Mapping[str, ResourceType]:
    def create(logical_id: str, given: Document, stack: str) -> Created:
        request = _request(given)
        request.setdefault("name", generated_name(stack, logical_id, given, limit=_NAME_LIMIT))
        return _identity(codebuild, codebuild.call("CreateProject", request)["project"]["name"])

    def update(physical_id: str, _: Document, new: Document, __: str) -> Created:
        request = {**_request(new), "name": physical_id}
        if _SHAPE is not None:
            validation.check(request, _SHAPE)
        replace_project(codebuild, request)
        return _identity(codebuild, physical_id)

    def delete(physical_id: str, _: Document) -> None:
        codebuild.call("DeleteProject", {"name": physical_id})

    return {_TYPE: ResourceType(create=create, update=update, delete=delete, replacing=("Name",), name="Name")}


def _request(given: Document) -> Document:
    absent = next((name for name in _ABSENT if given.get(name)), None)
    if absent or given.get("Visibility", "PRIVATE") != "PRIVATE":
        raise NotInTheSandbox(f"{_TYPE}: the property {absent or 'Visibility'}")
    own = {name: value for name, value in given.items() if name not in (*_ABSENT, "Visibility")}
    return properties.request(own, _SHAPE, kind=_TYPE, spelling=_SPELLING)


def _identity(codebuild: Service, name: str) -> Created:
    return name, {"Arn": arn_of(codebuild, name)}
