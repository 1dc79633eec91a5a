"""A pipeline's tags, kept by its ARN."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sandbox.errors import DeclaredError
from sandbox.pages import page
from sandbox.service import Service
from sandbox.store import Document

KIND = "tags"
_LIMIT = 50
_PAGE = 100


def put(codepipeline: Service, arn: str, tags: Mapping[str, str], *, drop: Sequence[str] = ()) -> None:
    with codepipeline.store.transaction():
        kept = {key: value for key, value in (codepipeline.store.get(KIND, arn) or {}).items() if key not in drop}
        merged = {**kept, **tags}
        if len(merged) > _LIMIT:
            raise DeclaredError("TooManyTagsException", f"{arn} would have {len(merged)} tags; {_LIMIT} are allowed")
        codepipeline.store.put(KIND, arn, merged)


def forget(codepipeline: Service, arn: str) -> None:
    codepipeline.store.delete(KIND, arn)


def tag_resource(codepipeline: Service, request: Document) -> Document:
    put(codepipeline, _known(codepipeline, request), {tag["key"]: tag["value"] for tag in request["tags"]})
    return {}


def untag_resource(codepipeline: Service, request: Document) -> Document:
    put(codepipeline, _known(codepipeline, request), {}, drop=request["tagKeys"])
    return {}


def list_tags_for_resource(codepipeline: Service, request: Document) -> Document:
    tags = codepipeline.store.get(KIND, _known(codepipeline, request)) or {}
    chosen, more = page(
        [{"key": key, "value": value} for key, value in tags.items()],
        order=lambda tag: [tag["key"]],
        size=request.get("maxResults", _PAGE),
        token=request.get("nextToken"),
    )
    return {"tags": chosen, "nextToken": more}


def _known(codepipeline: Service, request: Document) -> str:
    """The ARN, if a pipeline has it: each gets its entry when it is created."""
    arn = str(request["resourceArn"])
    if codepipeline.store.get(KIND, arn) is None:
        raise DeclaredError("ResourceNotFoundException", f"There is no pipeline {arn}")
    return arn


OPERATIONS = {
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTagsForResource": list_tags_for_resource,
}
