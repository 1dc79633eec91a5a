"""A repository's tags, kept with it."""

from __future__ import annotations

from sandbox.codecommit.service import KIND, TAGS, CodeCommit
from sandbox.store import Document


def list_tags_for_resource(codecommit: CodeCommit, request: Document) -> Document:
    return {"tags": codecommit.repository(request["resourceArn"].rpartition(":")[2])[TAGS]}


def tag_resource(codecommit: CodeCommit, request: Document) -> Document:
    return _retagged(codecommit, request["resourceArn"], put=request["tags"], drop=[])


def untag_resource(codecommit: CodeCommit, request: Document) -> Document:
    return _retagged(codecommit, request["resourceArn"], put={}, drop=request["tagKeys"])


def _retagged(codecommit: CodeCommit, arn: str, *, put: Document, drop: list[str]) -> Document:
    name = arn.rpartition(":")[2]
    with codecommit.store.transaction():
        tags = {key: value for key, value in codecommit.repository(name)[TAGS].items() if key not in drop}
        codecommit.store.update(KIND, name, {TAGS: {**tags, **put}})
    return {}


OPERATIONS = {
    "ListTagsForResource": list_tags_for_resource,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}
