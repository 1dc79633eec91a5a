"""Members of an endpoint configuration that exclude one another: AWS refuses them, and the surplus is never skipped in silence.

What serverless inference excludes is the list of the developer guide ("Deploy models with Amazon SageMaker Serverless Inference",
feature exclusions). AWS's own sentence is known for ManagedInstanceScaling (hashicorp/terraform-provider-aws PR 45926).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sandbox.errors import ValidationError
from sandbox.store import Document

# What a variant says of its instances (API_ProductionVariant), and a serverless one has none of.
_OF_INSTANCES = (
    *(
        "InstanceType",
        "InitialInstanceCount",
        "AcceleratorType",
        "VolumeSizeInGB",
        "CoreDumpConfig",
        "InferenceAmiVersion",
    ),
    *("ManagedInstanceScaling", "RoutingConfig", "CapacityReservationConfig", "InstancePools"),
)


def check(request: Document) -> None:
    """Of the configuration as a whole. Raises ValidationError."""
    for fault in _faults(request):
        raise ValidationError(fault)


def _faults(request: Document) -> Iterator[str]:
    variants = request["ProductionVariants"]
    for name, count in Counter(variant["VariantName"] for variant in variants).items():
        if count > 1:
            yield f"Production variant names must be unique within an endpoint configuration; {count} are called {name}."
    for variant in variants:
        yield from _of_variant(variant)
    if not any("ServerlessConfig" in variant for variant in variants):
        return
    if len(variants) > 1:
        yield "Serverless inference does not support multiple production variants."
    if request.get("DataCaptureConfig", {}).get("EnableCapture"):
        yield "Serverless inference does not support data capture."


def _of_variant(variant: Document) -> Iterator[str]:
    name = variant["VariantName"]
    if "ServerlessConfig" in variant:
        given = [member for member in _OF_INSTANCES if member in variant]
        if given:
            yield f"Production variant {name} has a ServerlessConfig, which goes without {', '.join(given)}."
    elif "ModelName" in variant and "ManagedInstanceScaling" in variant:
        yield "ManagedInstanceScaling is only supported for inference component endpoints."


def check_model(variant: Document, model: Document) -> None:
    """A serverless variant's model. Raises ValidationError."""
    if "ServerlessConfig" not in variant:
        return
    what = {"VpcConfig": "a VPC configuration", "EnableNetworkIsolation": "network isolation"}
    for member, words in what.items():
        if model.get(member):
            raise ValidationError(
                f"Serverless inference does not support {words}, which model {model['ModelName']} has."
            )
