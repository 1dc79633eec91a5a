"""One deployment of an endpoint: start the new fleet, hand over, or stay with what serves. Restarts are deployments too."""

from __future__ import annotations

from contextlib import suppress

from sandbox.containers.serving import ModelServerFailed
from sandbox.errors import ServiceError
from sandbox.sagemaker import tags
from sandbox.sagemaker.hosting.launch import launch
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

KIND = "endpoint"
SETTLING = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack"})


def deploy(sagemaker: SageMaker, name: str, target: Document) -> None:
    """Start what `target` says, then hand over, or stay with what serves."""
    endpoint = sagemaker.store.get(KIND, name) or {}
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


def remove(sagemaker: SageMaker, endpoint: Document) -> None:
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
        _restart(sagemaker, endpoint)


def recover(sagemaker: SageMaker) -> None:
    """After a stop or a kill: start again what served, then go on with what was under way."""
    for endpoint in sagemaker.store.all(KIND):
        if endpoint["EndpointStatus"] == "Deleting":
            remove(sagemaker, endpoint)
        elif endpoint["EndpointStatus"] == "Failed":
            continue
        elif endpoint.get("_target"):
            sagemaker.workers.submit(_go_on, sagemaker, endpoint)
        else:
            _restart(sagemaker, endpoint)


def _restart(sagemaker: SageMaker, endpoint: Document) -> None:
    name = endpoint["EndpointName"]
    sagemaker.store.update(KIND, name, {"EndpointStatus": "SystemUpdating"})
    sagemaker.workers.submit(deploy, sagemaker, name, endpoint["_serving"])


def _go_on(sagemaker: SageMaker, endpoint: Document) -> None:
    """The record says Creating or Updating all the while, and keeps its `_target`: another kill changes nothing."""
    name, serving = endpoint["EndpointName"], endpoint.get("_serving")
    if serving:
        with suppress(ModelServerFailed, ServiceError):  # then there is nothing to stay with if the target fails too
            sagemaker.fleets.hand_over(name, launch(sagemaker, name, serving))
    deploy(sagemaker, name, endpoint["_target"])
