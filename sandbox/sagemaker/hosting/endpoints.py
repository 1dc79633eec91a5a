"""Endpoints: Creating -> InService | Failed; Updating -> InService | RollingBack -> InService; Deleting.

The states are EndpointStatus's (API reference, DescribeEndpoint). An update starts the new fleet beside the old one and hands over
once it answers; if it does not come up, the old fleet has been serving all along and goes on. What a fleet needs is copied into
the endpoint (`_serving`, `_target`), since models and configurations may be deleted under a running endpoint.
"""

from __future__ import annotations

from sandbox.errors import NotInTheSandbox, ValidationError
from sandbox.sagemaker import quotas, tags
from sandbox.sagemaker.hosting import deployment, endpoint_configs, models
from sandbox.sagemaker.listing import Listing
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

KIND = deployment.KIND
# Of these DescribeEndpoint says that an endpoint cannot be updated or deleted.
_IN_PROGRESS = deployment.SETTLING | {"Deleting"}
_LISTING = Listing(
    answer="Endpoints",
    name="EndpointName",
    status="EndpointStatus",
    summary=("EndpointName", "EndpointArn", "CreationTime", "LastModifiedTime", "EndpointStatus"),
    sort_by={"Status": "EndpointStatus"},
    descending=True,
)


def create_endpoint(sagemaker: SageMaker, request: Document) -> Document:
    name = request["EndpointName"]
    arn = sagemaker.arn(f"{KIND}/{name}")
    with sagemaker.store.transaction():
        target = _target(sagemaker, request)
        if sagemaker.store.get(KIND, name):
            raise ValidationError(f'Cannot create already existing endpoint "{arn}".')
        quotas.check_endpoint(sagemaker, target["Variants"])
        now = sagemaker.now()
        endpoint = {
            "EndpointName": name,
            "EndpointArn": arn,
            "EndpointConfigName": request["EndpointConfigName"],
            "EndpointStatus": "Creating",
            "CreationTime": now,
            "LastModifiedTime": now,
            "_target": target,
        }
        sagemaker.store.put(KIND, name, endpoint)
        tags.put(sagemaker, arn, request.get("Tags", []))
    sagemaker.workers.submit(deployment.deploy, sagemaker, name, target)
    return endpoint


def _target(sagemaker: SageMaker, request: Document) -> Document:
    """All that the fleet needs of the configuration, and of the models it names."""
    config = endpoint_configs.named(sagemaker, request["EndpointConfigName"])
    variants = [_variant(sagemaker, variant) for variant in config["ProductionVariants"]]
    return {
        "EndpointConfigName": config["EndpointConfigName"],
        "Variants": variants,
        "DataCaptureConfig": config.get("DataCaptureConfig"),
        "DeploymentConfig": request.get("DeploymentConfig"),
    }


def _variant(sagemaker: SageMaker, variant: Document) -> Document:
    needs = models.needs(sagemaker, variant["ModelName"])
    container = models.container(sagemaker, variant["ModelName"])
    return {
        "InitialVariantWeight": 1.0,
        **variant,
        "Container": container,
        "_role": needs.role,
        "_vpc": needs.vpc,
        "_offline": models.offline(sagemaker, variant["ModelName"]),
        "_model": sagemaker.arn(f"{models.KIND}/{variant['ModelName']}"),
    }


def update_endpoint(sagemaker: SageMaker, request: Document) -> Document:
    _refuse_steps(request)
    with sagemaker.store.transaction():
        endpoint = named(sagemaker, request["EndpointName"])
        _settled(endpoint, "update")
        if endpoint["EndpointStatus"] == "Failed":
            raise ValidationError(f'Cannot update failed endpoint "{endpoint["EndpointArn"]}"; it can only be deleted.')
        # The configuration in use is looked up as well: "You must not delete an EndpointConfig in use by an endpoint that is live"
        # (API_UpdateEndpoint), and where it is gone the update fails (hashicorp/terraform-provider-aws issue 40048).
        endpoint_configs.named(sagemaker, endpoint["EndpointConfigName"])
        now, target = sagemaker.now(), _target(sagemaker, request)
        _stays_on_instances(endpoint, target)
        quotas.check_endpoint(sagemaker, target["Variants"])
        changes = {
            "EndpointStatus": "Updating",
            "LastModifiedTime": now,
            "FailureReason": None,
            "PendingDeploymentSummary": {"EndpointConfigName": request["EndpointConfigName"], "StartTime": now},
            "_target": target,
        }
        updated = sagemaker.store.update(KIND, endpoint["EndpointName"], changes)
    sagemaker.workers.submit(deployment.deploy, sagemaker, endpoint["EndpointName"], target)
    return updated


def _refuse_steps(request: Document) -> None:
    """Guardrails act on an update alone: at its creation an endpoint has no traffic that could be shifted."""
    policy = request.get("DeploymentConfig", {}).get("BlueGreenUpdatePolicy", {})
    if policy.get("TrafficRoutingConfiguration", {}).get("Type", "ALL_AT_ONCE") != "ALL_AT_ONCE":
        raise NotInTheSandbox("a deployment that shifts traffic in steps (only ALL_AT_ONCE)")


def _stays_on_instances(endpoint: Document, target: Document) -> None:
    """Developer guide, "Deploy models with Amazon SageMaker Serverless Inference": the other way round it may change."""
    serving = (endpoint.get("_serving") or {}).get("Variants", [])
    if any("InstanceType" in variant for variant in serving) and any(
        "ServerlessConfig" in v for v in target["Variants"]
    ):
        raise ValidationError(
            f'Cannot update endpoint "{endpoint["EndpointArn"]}": an instance-based endpoint cannot become a serverless one.'
        )


def _settled(endpoint: Document, verb: str) -> None:
    if endpoint["EndpointStatus"] in _IN_PROGRESS:
        raise ValidationError(f'Cannot {verb} in-progress endpoint "{endpoint["EndpointArn"]}".')


def named(sagemaker: SageMaker, name: str) -> Document:
    endpoint = sagemaker.store.get(KIND, name)
    if endpoint is None:
        raise ValidationError(f'Could not find endpoint "{sagemaker.arn(f"{KIND}/{name}")}".')
    return endpoint


def describe_endpoint(sagemaker: SageMaker, request: Document) -> Document:
    return named(sagemaker, request["EndpointName"])


def list_endpoints(sagemaker: SageMaker, request: Document) -> Document:
    return _LISTING.of(sagemaker.store.all(KIND), request)


def delete_endpoint(sagemaker: SageMaker, request: Document) -> Document:
    with sagemaker.store.transaction():
        endpoint = named(sagemaker, request["EndpointName"])
        _settled(endpoint, "delete")
        sagemaker.store.update(KIND, endpoint["EndpointName"], {"EndpointStatus": "Deleting"})
    sagemaker.workers.submit(deployment.remove, sagemaker, endpoint)
    return {}


OPERATIONS = {
    "CreateEndpoint": create_endpoint,
    "UpdateEndpoint": update_endpoint,
    "DescribeEndpoint": describe_endpoint,
    "ListEndpoints": list_endpoints,
    "DeleteEndpoint": delete_endpoint,
}
