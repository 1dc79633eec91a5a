"""Models, endpoint configurations and endpoints."""

from __future__ import annotations

from sandbox.iam.asks import Asks, Resource, on
from sandbox.iam.tables.sagemaker.network import IN_VPC
from sandbox.iam.tables.sagemaker.tagging import TAGS

HOSTING = {
    "CreateModel": Asks(
        on=on("model", "ModelName"),
        # A model made from a registered version is a use of that version too
        # (https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy-xaccount.html).
        also=tuple(
            ("CreateModel", Resource("model-package", (f"{member}.ModelPackageName",)))
            for member in ("PrimaryContainer", "Containers")
        ),
        keys={"sagemaker:NetworkIsolation": "EnableNetworkIsolation", **IN_VPC},
        tagging=TAGS,
        passes=("ExecutionRoleArn",),
    ),
    "CreateEndpointConfig": Asks(
        on=on("endpoint-config", "EndpointConfigName"),
        keys={
            "sagemaker:AcceleratorTypes": "ProductionVariants.AcceleratorType",
            "sagemaker:InstanceTypes": "ProductionVariants.InstanceType",
            "sagemaker:NetworkIsolation": "EnableNetworkIsolation",
            "sagemaker:ServerlessMaxConcurrency": "ProductionVariants.ServerlessConfig.MaxConcurrency",
            "sagemaker:ServerlessMemorySize": "ProductionVariants.ServerlessConfig.MemorySizeInMB",
            "sagemaker:VolumeKmsKeyArn": "KmsKeyId",
            **IN_VPC,
        },
        tagging=TAGS,
        passes=("ExecutionRoleArn",),
    ),
    "CreateEndpoint": Asks(
        on=(*on("endpoint", "EndpointName"), *on("endpoint-config", "EndpointConfigName")), tagging=TAGS
    ),
    "UpdateEndpoint": Asks(on=(*on("endpoint", "EndpointName"), *on("endpoint-config", "EndpointConfigName"))),
    **{
        f"{verb}{what}": Asks(on=on(type_, f"{what}Name"))
        for verb in ("Describe", "Delete")
        for what, type_ in (("Endpoint", "endpoint"), ("EndpointConfig", "endpoint-config"), ("Model", "model"))
    },
    "InvokeEndpoint": Asks(on=on("endpoint", "EndpointName")),
    **{f"List{what}": Asks() for what in ("EndpointConfigs", "Endpoints", "Models")},
}
