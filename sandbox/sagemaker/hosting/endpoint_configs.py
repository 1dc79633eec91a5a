"""Endpoint configurations: which models an endpoint runs, on what, and what it captures. They never change once made."""

from __future__ import annotations

from sandbox.errors import NotInTheSandbox, ValidationError
from sandbox.sagemaker import tags
from sandbox.sagemaker.hosting import models, variant_rules
from sandbox.sagemaker.listing import Listing
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

KIND = "endpoint-config"
_LISTING = Listing(
    answer="EndpointConfigs",
    name="EndpointConfigName",
    summary=("EndpointConfigName", "EndpointConfigArn", "CreationTime"),
    descending=True,
)
_ABSENT = ("AsyncInferenceConfig", "ExplainerConfig", "ShadowProductionVariants")


def create_endpoint_config(sagemaker: SageMaker, request: Document) -> Document:
    name = request["EndpointConfigName"]
    arn = sagemaker.arn(f"{KIND}/{name}")
    for member in _ABSENT:
        if request.get(member):
            raise NotInTheSandbox(f"sagemaker:CreateEndpointConfig with {member}")
    with sagemaker.store.transaction():
        variant_rules.check(request)
        for variant in request["ProductionVariants"]:
            _check(sagemaker, variant)
        if sagemaker.store.get(KIND, name):
            raise ValidationError(f'Cannot create already existing endpoint configuration "{arn}".')
        config = {member: value for member, value in request.items() if member != "Tags"}
        config |= {"EndpointConfigArn": arn, "CreationTime": sagemaker.now()}
        sagemaker.store.put(KIND, name, config)
        tags.put(sagemaker, arn, request.get("Tags", []))
    return config


def _check(sagemaker: SageMaker, variant: Document) -> None:
    if "ModelName" not in variant:
        raise NotInTheSandbox("a production variant for inference components (no ModelName)")
    variant_rules.check_model(variant, models.named(sagemaker, variant["ModelName"]))
    if "ServerlessConfig" not in variant and not {"InstanceType", "InitialInstanceCount"} <= variant.keys():
        raise ValidationError(
            f"Production variant {variant['VariantName']} needs InstanceType and InitialInstanceCount, or a ServerlessConfig."
        )


def named(sagemaker: SageMaker, name: str) -> Document:
    config = sagemaker.store.get(KIND, name)
    if config is None:
        raise ValidationError(f'Could not find endpoint configuration "{sagemaker.arn(f"{KIND}/{name}")}".')
    return config


def describe_endpoint_config(sagemaker: SageMaker, request: Document) -> Document:
    return named(sagemaker, request["EndpointConfigName"])


def list_endpoint_configs(sagemaker: SageMaker, request: Document) -> Document:
    return _LISTING.of(sagemaker.store.all(KIND), request)


def delete_endpoint_config(sagemaker: SageMaker, request: Document) -> Document:
    with sagemaker.store.transaction():
        config = named(sagemaker, request["EndpointConfigName"])
        sagemaker.store.delete(KIND, config["EndpointConfigName"])
        tags.forget(sagemaker, config["EndpointConfigArn"])
    return {}


OPERATIONS = {
    "CreateEndpointConfig": create_endpoint_config,
    "DescribeEndpointConfig": describe_endpoint_config,
    "ListEndpointConfigs": list_endpoint_configs,
    "DeleteEndpointConfig": delete_endpoint_config,
}
