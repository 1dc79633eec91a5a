"""Starting the model servers of one deployment: every variant, or none."""

from __future__ import annotations

import uuid

from sandbox.containers.serving import ModelServer
from sandbox.sagemaker.hosting.fleet import Fleet, Variant
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document


def launch(sagemaker: SageMaker, endpoint: str, target: Document) -> Fleet:
    """Start every variant of a deployment target. Raises ModelServerFailed with the reason of the first that did not come up."""
    folder = sagemaker.settings.home / "endpoints" / endpoint / uuid.uuid4().hex[:8]
    capture = target["DataCaptureConfig"] or {}
    running: list[Variant] = []
    try:
        for variant in target["Variants"]:
            name = variant["VariantName"]
            stream = f"{name}/{uuid.uuid4().hex[:17]}"  # AWS's stream: variant/instance
            server = ModelServer.start(
                container=variant["Container"],
                folder=folder / name,
                objects=sagemaker.objects,
                runner=sagemaker.runner,
                log=sagemaker.logs.stream(group=f"/aws/sagemaker/Endpoints/{endpoint}", name=stream),
            )
            running.append(Variant(name=name, weight=variant["InitialVariantWeight"], server=server))
    except BaseException:
        Fleet(tuple(running), folder, capture).retire()
        raise
    return Fleet(tuple(running), folder, capture)
