"""The files beside the templates: both stages' configurations, and the template of an endpoint that they fill in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml

from promoter.aws import endpoint_instance_types
from promoter.errors import PromoterError
from promoter.stage_config import parse_stage_config
from tests.verifiers.assembly import Assembly, Finding
from tests.verifiers.rules.pipelines import STAGE_OF

INSTANCE_TYPES = endpoint_instance_types()
ENDPOINT = "model-deploy/endpoint.yaml"
CONFIGS = {stage: f"{stage}-config.json" for stage in STAGE_OF.values()}
# What the promoter adds to a stage's own parameters (promoter/render.py).
RENDERED = {
    "SageMakerProjectName",
    "ModelPackageArn",
    "ModelSha256",
    "ModelExecutionRoleArn",
    "DataCaptureUri",
    "KmsKeyArn",
    "SubnetIds",
    "SecurityGroupIds",
    "ContentId",
}


class _CloudFormation(yaml.SafeLoader):
    """YAML with CloudFormation's short functions, kept as plain values: only the structure is looked at."""


_CloudFormation.add_multi_constructor("!", lambda loader, _, node: _kept(loader, node))


def _kept(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_scalar(node)  # type: ignore[arg-type]


def stage_configs(assembly: Assembly) -> Iterator[Finding]:
    """Each satisfies the promoter's schema, is its own stage's, and both have the same keys."""
    keys = {}
    for stage, name in CONFIGS.items():
        try:
            parse_stage_config(assembly.files[name].encode(), name=name, instance_types=INSTANCE_TYPES)
        except PromoterError as error:
            yield Finding("stage-config", name, str(error))
            continue
        read = json.loads(assembly.files[name])
        keys[name] = set(read["Parameters"])
        if read["Parameters"]["StageName"] != stage:
            yield Finding("stage-config-name", name, f"StageName is {read['Parameters']['StageName']}")
    if len(set(map(frozenset, keys.values()))) > 1:
        yield Finding("stage-config-keys", " and ".join(keys), f"different keys: {keys}")


def endpoint_template(assembly: Assembly) -> Iterator[Finding]:
    """The endpoint's parameters are the stages' and the promoter's, no more and no fewer, and its model is what was approved."""
    template = yaml.load(assembly.files[ENDPOINT], Loader=_CloudFormation)  # noqa: S506 - a SafeLoader
    given = set(template["Parameters"])
    wanted = RENDERED | set(json.loads(assembly.files[CONFIGS["staging"]]).get("Parameters", {}))
    if given != wanted:
        yield Finding("endpoint-parameters", ENDPOINT, f"differ from what is rendered: {sorted(given ^ wanted)}")
    resources = template["Resources"]
    model = resources["Model"]["Properties"]
    if model["PrimaryContainer"].get("ModelPackageName") != "ModelPackageArn":
        yield Finding("endpoint-model", ENDPOINT, "the model is not the version that was approved")
    if "Environment" in model["PrimaryContainer"]:
        yield Finding("endpoint-environment", ENDPOINT, "the version's own variables may be put out of force")
    if str(model.get("EnableNetworkIsolation")) != "True":
        yield Finding("endpoint-isolation", ENDPOINT, "the container can reach the network")
    captured = next(
        each for each in resources["EndpointConfig"]["Properties"]["DataCaptureConfig"] if isinstance(each, dict)
    )
    if captured.get("KmsKeyId") != "KmsKeyArn":
        yield Finding(
            "endpoint-capture-key", ENDPOINT, "captured requests lie under a key that other accounts cannot use"
        )
    if resources["Endpoint"]["Properties"]["EndpointName"] != "${SageMakerProjectName}-${StageName}":
        yield Finding("endpoint-name", ENDPOINT, "the endpoint is not named after its stage")
