"""What was made is looked at: by which keys it is encrypted, with which variables the model runs, what the batch answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.commands.teardown.inventory import project_stacks
from infra.settings.names import CAPTURED
from smoke_aws.moments import Walk
from smoke_aws.settings import TAG


def inspect(walk: Walk, version: str) -> None:
    with walk.moment("Inspection") as said:
        evidence = walk.evidence
        evidence.project_key = _project_key(walk)
        evidence.keys = {what: _key_of(walk, uri) for what, uri in _objects(walk, version)}
        evidence.environment = _environment(walk)
        evidence.batch_answers = _batch_answers(walk)
        evidence.untagged = [stack for stack in _stacks(walk) if not _is_tagged(walk, stack)]
        said.append(f"{len(evidence.keys)} objects, the model's variables and the batch's answers were read.")


def _stacks(walk: Walk) -> list[str]:
    settings = walk.project.settings
    return [*project_stacks(settings.names), settings.names.endpoint(settings.staging.name)]


def _is_tagged(walk: Walk, stack: str) -> bool:
    found = walk.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    return {"Key": TAG, "Value": walk.project.run} in found.get("Tags", [])


def _project_key(walk: Walk) -> str:
    stack = f"{walk.project.settings.project}-foundation"
    pages = walk.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    rows = (row for page in pages for row in page["StackResourceSummaries"])
    return next(str(row["PhysicalResourceId"]) for row in rows if row["ResourceType"] == "AWS::KMS::Key")


def _objects(walk: Walk, version: str) -> Iterator[tuple[str, str]]:
    """One of each kind that a service writes; what is not there yet, such as captured requests, is left out."""
    described = walk.client("sagemaker").describe_model_package(ModelPackageName=version)
    yield "sealed model", described["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
    yield "report of Evaluate", described["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    bucket = walk.outputs["ArtifactBucketName"]
    for what, prefix, part in (
        ("model of Train", walk.project.settings.names.outputs, "/Train/"),
        ("answers of BatchTransform", walk.project.settings.names.outputs, "/BatchTransform/"),
        ("captured requests", CAPTURED, ""),
    ):
        found = next((key for key in _keys(walk, bucket, prefix) if part in key), None)
        if found is not None:
            yield what, f"s3://{bucket}/{found}"


def _keys(walk: Walk, bucket: str, prefix: str) -> Iterator[str]:
    pages = walk.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    yield from (str(row["Key"]) for page in pages for row in page.get("Contents", []))


def _key_of(walk: Walk, uri: str) -> str:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    head = walk.client("s3").head_object(Bucket=bucket, Key=key)
    return str(head.get("SSEKMSKeyId") or f"none, but {head.get('ServerSideEncryption', 'no encryption')}")


def _environment(walk: Walk) -> dict[str, str]:
    """https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModel.html"""
    sagemaker, settings = walk.client("sagemaker"), walk.project.settings
    endpoint = sagemaker.describe_endpoint(EndpointName=settings.names.endpoint(settings.staging.name))
    config = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
    model = sagemaker.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
    containers: list[dict[str, Any]] = [*model.get("Containers", []), model.get("PrimaryContainer", {})]
    return {name: value for container in containers for name, value in container.get("Environment", {}).items()}


def _batch_answers(walk: Walk) -> list[str] | None:
    bucket = walk.outputs["ArtifactBucketName"]
    for key in _keys(walk, bucket, walk.project.settings.names.outputs):
        if key.endswith(".out"):
            body = walk.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
            return str(body.decode(errors="replace")).split("\n")[:-1]
    return None
