"""Endpoints: Creating -> InService | Failed; Updating -> InService | RollingBack -> InService; Deleting.

The states are EndpointStatus's (API reference, DescribeEndpoint). An update starts the new fleet beside the old one and hands over
once it answers; if it does not come up, the old fleet has been serving all along and goes on. What a fleet needs is copied into
the endpoint (`_serving`, `_target`), since models and configurations may be deleted under a running endpoint.
"""

from __future__ import annotations

from sandbox.containers.serving import ModelServerFailed
from sandbox.errors import NotInTheSandbox, ServiceError, ValidationError
from sandbox.sagemaker import endpoint_configs, models, tags
from sandbox.sagemaker.launch import launch
from sandbox.sagemaker.paging import matching, page
from sandbox.sagemaker.service import SageMaker
from sandbox.sagemaker.store import Document

KIND = "endpoint"


def create_endpoint(sagemaker: SageMaker, request: Document) -> Document:
    name = request["EndpointName"]
    arn = sagemaker.arn(f"{KIND}/{name}")
    with sagemaker.store.transaction():
        target = _target(sagemaker, request)
        if sagemaker.store.get(KIND, name):
            raise ValidationError(f'Cannot create already existing endpoint "{arn}".')
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
    sagemaker.workers.submit(deploy, sagemaker, name)
    return endpoint


def _target(sagemaker: SageMaker, request: Document) -> Document:
    """All that the fleet needs of the configuration, and of the models it names."""
    policy = request.get("DeploymentConfig", {}).get("BlueGreenUpdatePolicy", {})
    if policy.get("TrafficRoutingConfiguration", {}).get("Type", "ALL_AT_ONCE") != "ALL_AT_ONCE":
        raise NotInTheSandbox("a deployment that shifts traffic in steps (only ALL_AT_ONCE)")
    config = endpoint_configs.named(sagemaker, request["EndpointConfigName"])
    variants = [
        {"InitialVariantWeight": 1.0, **variant, "Container": models.container(sagemaker, variant["ModelName"])}
        for variant in config["ProductionVariants"]
    ]
    return {
        "EndpointConfigName": config["EndpointConfigName"],
        "Variants": variants,
        "DataCaptureConfig": config.get("DataCaptureConfig"),
        "DeploymentConfig": request.get("DeploymentConfig"),
    }


def update_endpoint(sagemaker: SageMaker, request: Document) -> Document:
    with sagemaker.store.transaction():
        endpoint = named(sagemaker, request["EndpointName"])
        _settled(endpoint, "update")
        if endpoint["EndpointStatus"] == "Failed":
            raise ValidationError(f'Cannot update failed endpoint "{endpoint["EndpointArn"]}"; it can only be deleted.')
        now = sagemaker.now()
        changes = {
            "EndpointStatus": "Updating",
            "LastModifiedTime": now,
            "FailureReason": None,
            "PendingDeploymentSummary": {"EndpointConfigName": request["EndpointConfigName"], "StartTime": now},
            "_target": _target(sagemaker, request),
        }
        updated = sagemaker.store.update(KIND, endpoint["EndpointName"], changes)
    sagemaker.workers.submit(deploy, sagemaker, endpoint["EndpointName"])
    return updated


def _settled(endpoint: Document, verb: str) -> None:
    if endpoint["EndpointStatus"] in ("Creating", "Updating", "RollingBack", "Deleting"):
        raise ValidationError(f'Cannot {verb} in-progress endpoint "{endpoint["EndpointArn"]}".')


def deploy(sagemaker: SageMaker, name: str) -> None:
    """Start what the endpoint's `_target` says, then hand over, or stay with what serves."""
    endpoint = sagemaker.store.get(KIND, name) or {}
    target = endpoint["_target"]
    try:
        started = launch(sagemaker, name, target)
    except (ModelServerFailed, ServiceError) as error:
        _failed(sagemaker, endpoint, str(error))
        return
    except Exception as error:  # noqa: BLE001 (a thread's last resort: the endpoint must leave Creating, and say why)
        _failed(sagemaker, endpoint, f"Internal failure of the sandbox: {error!r}")
        return
    sagemaker.fleets.hand_over(name, started)
    changes = {
        "EndpointStatus": "InService",
        "LastModifiedTime": sagemaker.now(),
        "EndpointConfigName": target["EndpointConfigName"],
        "ProductionVariants": [_variant_summary(variant) for variant in target["Variants"]],
        "DataCaptureConfig": _capture_summary(target["DataCaptureConfig"]),
        "LastDeploymentConfig": target["DeploymentConfig"],
        "PendingDeploymentSummary": None,
        "_serving": target,
        "_target": None,
    }
    sagemaker.store.update(KIND, name, changes)


def _failed(sagemaker: SageMaker, endpoint: Document, reason: str) -> None:
    name = endpoint["EndpointName"]
    changes = {
        "FailureReason": reason,
        "LastModifiedTime": sagemaker.now(),
        "_target": None,
        "PendingDeploymentSummary": None,
    }
    before = sagemaker.fleets.of(name)
    if before is not None and before.alive:
        sagemaker.store.update(KIND, name, {"EndpointStatus": "RollingBack", "FailureReason": reason})
        sagemaker.store.update(KIND, name, {**changes, "EndpointStatus": "InService"})
    else:
        sagemaker.store.update(KIND, name, {**changes, "EndpointStatus": "Failed"})


def _variant_summary(variant: Document) -> Document:
    weight, count = variant["InitialVariantWeight"], variant.get("InitialInstanceCount")
    summary: Document = {"VariantName": variant["VariantName"], "CurrentWeight": weight, "DesiredWeight": weight}
    if count is not None:
        summary |= {"CurrentInstanceCount": count, "DesiredInstanceCount": count}
    if image := variant["Container"].get("Image"):
        summary["DeployedImages"] = [{"SpecifiedImage": image, "ResolvedImage": image}]
    return summary


def _capture_summary(config: Document | None) -> Document | None:
    if not config:
        return None
    return {
        "EnableCapture": config.get("EnableCapture", False),
        "CaptureStatus": "Started" if config.get("EnableCapture") else "Stopped",
        "CurrentSamplingPercentage": config["InitialSamplingPercentage"],
        "DestinationS3Uri": config["DestinationS3Uri"],
        "KmsKeyId": config.get("KmsKeyId", ""),
    }


def named(sagemaker: SageMaker, name: str) -> Document:
    endpoint = sagemaker.store.get(KIND, name)
    if endpoint is None:
        raise ValidationError(f'Could not find endpoint "{sagemaker.arn(f"{KIND}/{name}")}".')
    return endpoint


def describe_endpoint(sagemaker: SageMaker, request: Document) -> Document:
    return named(sagemaker, request["EndpointName"])


def list_endpoints(sagemaker: SageMaker, request: Document) -> Document:
    first = {"Name": "EndpointName", "Status": "EndpointStatus"}.get(request.get("SortBy", ""), "CreationTime")
    rows = matching(sagemaker.store.all(KIND), request, name="EndpointName", status="EndpointStatus")
    chosen, more = page(rows, request, order=lambda row: [row[first], row["EndpointName"]], descending=True)
    members = ("EndpointName", "EndpointArn", "CreationTime", "LastModifiedTime", "EndpointStatus")
    return {"Endpoints": [{k: row[k] for k in members} for row in chosen], **more}


def delete_endpoint(sagemaker: SageMaker, request: Document) -> Document:
    with sagemaker.store.transaction():
        endpoint = named(sagemaker, request["EndpointName"])
        _settled(endpoint, "delete")
        sagemaker.store.update(KIND, endpoint["EndpointName"], {"EndpointStatus": "Deleting"})
    sagemaker.workers.submit(_remove, sagemaker, endpoint)
    return {}


def _remove(sagemaker: SageMaker, endpoint: Document) -> None:
    sagemaker.fleets.hand_over(endpoint["EndpointName"], None)
    with sagemaker.store.transaction():
        sagemaker.store.delete(KIND, endpoint["EndpointName"])
        tags.forget(sagemaker, endpoint["EndpointArn"])


def heal(sagemaker: SageMaker, name: str) -> None:
    """Start a fleet again of which a process died, as SageMaker restarts a container; once, however many requests ask."""
    with sagemaker.store.transaction():
        endpoint = sagemaker.store.get(KIND, name)
        if endpoint is None or endpoint["EndpointStatus"] != "InService":
            return
        sagemaker.store.update(KIND, name, {"EndpointStatus": "SystemUpdating", "_target": endpoint["_serving"]})
    sagemaker.workers.submit(deploy, sagemaker, name)


def recover(sagemaker: SageMaker) -> None:
    """After a stop or a kill: start again what served, then go on with what was under way."""
    for endpoint in sagemaker.store.all(KIND):
        name, serving, target = endpoint["EndpointName"], endpoint.get("_serving"), endpoint.get("_target")
        if endpoint["EndpointStatus"] == "Deleting":
            _remove(sagemaker, endpoint)
        elif endpoint["EndpointStatus"] != "Failed" and (serving or target):
            sagemaker.workers.submit(_resume, sagemaker, name, serving, target)


def _resume(sagemaker: SageMaker, name: str, serving: Document | None, target: Document | None) -> None:
    if serving:
        sagemaker.store.update(KIND, name, {"EndpointStatus": "SystemUpdating", "_target": serving})
        deploy(sagemaker, name)
    if target:
        sagemaker.store.update(KIND, name, {"EndpointStatus": "Updating" if serving else "Creating", "_target": target})
        deploy(sagemaker, name)


OPERATIONS = {
    "CreateEndpoint": create_endpoint,
    "UpdateEndpoint": update_endpoint,
    "DescribeEndpoint": describe_endpoint,
    "ListEndpoints": list_endpoints,
    "DeleteEndpoint": delete_endpoint,
}
