"""What a template may make a model of: the registered version that its parameter names, and nothing else.

IAM can say how a model of production is called, and not what it is made of: no condition key is about ModelPackageName
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html). So the template is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import yaml

from .refusal import Refusal

PARAMETER = "ModelPackageArn"
_MODEL, _CONFIG, _ENDPOINT = (f"AWS::SageMaker::{kind}" for kind in ("Model", "EndpointConfig", "Endpoint"))
_KNOWN = (_MODEL, _CONFIG, _ENDPOINT)
# A stack in the stack, a macro's module or somebody's own resource can be anything.
_OPAQUE = ("AWS::CloudFormation::", "AWS::SageMaker::", "Custom::")
_OF_A_PACKAGE = {"ModelPackageName": {"Ref": PARAMETER}}
_VARIANTS = ("ProductionVariants", "ShadowProductionVariants")


def expect_only_the_version(text: str) -> None:
    faults = list(_faults(_parsed(text)))
    if faults:
        raise Refusal(
            f"endpoint.yaml would deploy something else than the registered version: {'; '.join(faults)}. "
            "Nothing is deployed. Correct endpoint.yaml in model-deploy and push it."
        )


def _faults(template: Mapping[str, Any]) -> Iterator[str]:
    resources: Mapping[str, Any] = template.get("Resources") or {}
    if _transforms(template):
        yield "it has a transform, whose outcome nobody can tell beforehand"
    if template.get("Parameters", {}).get(PARAMETER, {}).get("Type") != "String":
        yield f"it has no parameter {PARAMETER} of type String"
    for name, resource in resources.items():
        kind = str(resource.get("Type", ""))
        if kind not in _KNOWN and (kind.startswith(_OPAQUE) or name.startswith("Fn::")):
            yield f"{name} is of type {kind or 'none'}"
    models = _of_type(resources, _MODEL)
    if not models:
        yield f"it has no resource of type {_MODEL}"
    for name, model in models.items():
        if model.get("PrimaryContainer") != _OF_A_PACKAGE or set(model) & {"Containers", "InferenceExecutionConfig"}:
            yield f"{name} is not made of {PARAMETER} alone: its container is {{ModelPackageName: !Ref {PARAMETER}}}"
    yield from _unbound(resources, models)


def _unbound(resources: Mapping[str, Any], models: Mapping[str, Any]) -> Iterator[str]:
    """A config or an endpoint that names what another template has made."""
    configs = _of_type(resources, _CONFIG)
    for name, config in configs.items():
        variants = [variant for key in _VARIANTS for variant in config.get(key) or ()]
        if any(
            _attribute_of(variant.get("ModelName")) not in {(each, "ModelName") for each in models}
            for variant in variants
        ):
            yield f"{name} serves a model that is not of this template"
    for name, endpoint in _of_type(resources, _ENDPOINT).items():
        own = {(each, "EndpointConfigName") for each in configs}
        if _attribute_of(endpoint.get("EndpointConfigName")) not in own:
            yield f"{name} has an endpoint config that is not of this template"


def _of_type(resources: Mapping[str, Any], kind: str) -> dict[str, Mapping[str, Any]]:
    return {name: each.get("Properties") or {} for name, each in resources.items() if each.get("Type") == kind}


def _attribute_of(value: object) -> tuple[str, ...]:
    """Resource and attribute of an Fn::GetAtt, which comes as a text with a dot or as a list."""
    given = value.get("Fn::GetAtt") if isinstance(value, Mapping) and len(value) == 1 else None
    if isinstance(given, str):
        return tuple(given.split(".", 1))
    return tuple(map(str, given)) if isinstance(given, list) else ()


def _transforms(node: object) -> bool:
    if isinstance(node, Mapping):
        return any(key in ("Transform", "Fn::Transform") or _transforms(value) for key, value in node.items())
    return isinstance(node, list) and any(map(_transforms, node))


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags as the long form, and nothing that two readers could read in two ways."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise Refusal(
                "endpoint.yaml has an alias, which CloudFormation's templates do not. Write it out and push it."
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: ARG002 (PyYAML's own)
        names = [str(key.value) for key, _ in node.value]
        if twice := sorted({name for name in names if names.count(name) > 1 or name == "<<"}):
            raise Refusal(f"endpoint.yaml has {', '.join(twice)} twice in one place. Correct it and push it.")
        return dict(super().construct_mapping(node, deep=True))


def _tagged(loader: Any, tag: str, node: Any) -> dict[str, Any]:
    name = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _tagged)


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        found = yaml.load(text, _Loader)  # noqa: S506 (a SafeLoader)
    except yaml.YAMLError as error:
        raise Refusal(f"endpoint.yaml cannot be read: {error}. Correct it and push it.") from error
    resources = found.get("Resources") if isinstance(found, Mapping) else None
    if not isinstance(resources, Mapping) or not all(isinstance(each, Mapping) for each in resources.values()):
        raise Refusal("endpoint.yaml has no Resources. Correct it and push it.")
    return cast("Mapping[str, Any]", found)
