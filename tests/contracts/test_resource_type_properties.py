"""Each property that CloudFormation's own schema gives our resource types is one that the sandbox takes, or one it names as absent.

The schemas are cfn-lint's copies of the CloudFormation registry's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
from botocore.model import Shape, StructureShape

from sandbox import properties
from sandbox.codebuild.cloudformation import _SPELLING
from sandbox.service import service_model

SCHEMAS = resources.files("cfnlint") / "data" / "schemas"
CAPITALISED = properties.capitalised(unlike={})
# Properties that are no members of the request: handled apart, or named as not in the sandbox.
APART = {
    "AWS::CodeCommit::Repository": {"Code", "Triggers"},
    "AWS::CodeBuild::Project": {"Triggers", "Visibility", "ResourceAccessRole"},
    "AWS::CodePipeline::Pipeline": {
        "DisableInboundStageTransitions",
        "RestartExecutionOnUpdate",
        "Tags",
    },
    "AWS::SageMaker::ModelPackageGroup": {"ModelPackageGroupPolicy"},
    "AWS::SageMaker::Endpoint": {
        "RetainAllVariantProperties",
        "ExcludeRetainedVariantProperties",
        "RetainDeploymentConfig",
    },
}


def schema(kind: str) -> dict[str, Any]:
    index = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text())
    found: dict[str, Any] = json.loads((SCHEMAS / "resources" / f"{index[kind]}.json").read_text())
    return found


def shape_of(kind: str) -> Any:
    _, service, word = kind.split("::")
    model = service_model(service.lower())
    if word == "Pipeline":
        return model.shape_for("PipelineDeclaration")
    return model.operation_model(f"Create{word}").input_shape


def unknown(node: dict[str, Any], shape: Shape, *, root: dict[str, Any], spelling: Any, path: str) -> Iterator[str]:
    """Properties of the schema for which the request has no member, at any depth."""
    if "$ref" in node:
        node = root["definitions"][node["$ref"].rpartition("/")[2]]
    if shape.type_name == "list" and "items" in node:
        yield from unknown(node["items"], shape.member, root=root, spelling=spelling, path=f"{path}[]")  # type: ignore[attr-defined]
    if not isinstance(shape, StructureShape):
        return
    members = {spelling(member): its for member, its in shape.members.items()}
    read_only = {each.rpartition("/")[2] for each in root.get("readOnlyProperties", [])}
    for name, its in node.get("properties", {}).items():
        here = f"{path}.{name}".lstrip(".")
        if name in members:
            yield from unknown(its, members[name], root=root, spelling=spelling, path=here)
        elif not (path == "" and name in read_only):
            yield here


@pytest.mark.parametrize(
    "kind",
    [
        "AWS::CodeCommit::Repository",
        "AWS::CodeBuild::Project",
        "AWS::CodePipeline::Pipeline",
        "AWS::SageMaker::ModelPackageGroup",
        "AWS::SageMaker::Model",
        "AWS::SageMaker::EndpointConfig",
        "AWS::SageMaker::Endpoint",
    ],
)
def test_every_property_of_the_registry_is_taken_or_named(kind: str) -> None:
    spelling = properties.same if "SageMaker" in kind else _SPELLING if "CodeBuild" in kind else CAPITALISED
    root = schema(kind)
    assert set(unknown(root, shape_of(kind), root=root, spelling=spelling, path="")) == APART.get(kind, set())
