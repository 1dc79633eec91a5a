"""Tags of any SageMaker resource, kept by ARN (AddTags, ListTags, DeleteTags)."""

from __future__ import annotations

from sandbox.errors import ValidationError
from sandbox.sagemaker.paging import page
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

KIND = "tags"
LIMIT = 50  # tags a resource (API reference, AddTags)


def put(sagemaker: SageMaker, arn: str, tags: list[Document]) -> list[Document]:
    """Add tags, replacing those of the same key; returns all of the resource's."""
    with sagemaker.store.transaction():
        merged = {tag["Key"]: tag["Value"] for tag in [*of(sagemaker, arn), *tags]}
        if len(merged) > LIMIT:
            raise ValidationError(f"Resource {arn} would have {len(merged)} tags; {LIMIT} are allowed.")
        whole = [{"Key": key, "Value": value} for key, value in merged.items()]
        sagemaker.store.put(KIND, arn, {"Tags": whole})
    return whole


def of(sagemaker: SageMaker, arn: str) -> list[Document]:
    return list((sagemaker.store.get(KIND, arn) or {"Tags": []})["Tags"])


def forget(sagemaker: SageMaker, arn: str) -> None:
    sagemaker.store.delete(KIND, arn)


def add_tags(sagemaker: SageMaker, request: Document) -> Document:
    return {"Tags": put(sagemaker, request["ResourceArn"], request["Tags"])}


def list_tags(sagemaker: SageMaker, request: Document) -> Document:
    chosen, more = page(
        of(sagemaker, request["ResourceArn"]),
        {"MaxResults": LIMIT, **request},
        order=lambda tag: [tag["Key"]],
        descending=False,
    )
    return {"Tags": chosen, **more}


def delete_tags(sagemaker: SageMaker, request: Document) -> Document:
    arn = request["ResourceArn"]
    kept = [tag for tag in of(sagemaker, arn) if tag["Key"] not in request["TagKeys"]]
    sagemaker.store.put(KIND, arn, {"Tags": kept})
    return {}


OPERATIONS = {"AddTags": add_tags, "ListTags": list_tags, "DeleteTags": delete_tags}
