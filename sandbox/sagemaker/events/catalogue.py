"""Which event a change of a document is, by the document's kind in the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from sandbox.events import Event
from sandbox.sagemaker.events import hosting, jobs, pipelines, registry
from sandbox.sagemaker.events.detail import tags
from sandbox.store import Document, Store

_Tagged = Callable[[Document | None, Document | None, dict[str, str]], Event | None]
_Untagged = Callable[[Document | None, Document | None], Event | None]

_TAGGED: Mapping[str, tuple[str, _Tagged]] = {  # with the member that holds the ARN
    **{f"{word.lower()}-job": (f"{word}JobArn", partial(jobs.changed, word)) for word in jobs.WORDS},
    "endpoint": ("EndpointArn", hosting.endpoint),
    "endpoint-config": ("EndpointConfigArn", hosting.endpoint_config),
    "model": ("ModelArn", hosting.model),
}
_UNTAGGED: Mapping[str, _Untagged] = {
    "model-package": registry.package,
    "pipeline-execution": pipelines.execution,
    "pipeline-execution-step": pipelines.step,
}
KINDS = (*_TAGGED, *_UNTAGGED)


def event_of(store: Store, kind: str, before: Document | None, after: Document | None) -> Event | None:
    """The event of one change, if it is a change of state."""
    if kind in _UNTAGGED:
        return _UNTAGGED[kind](before, after)
    member, change = _TAGGED[kind]
    known = after or before or {}
    listed = store.get("tags", known[member]) or {"Tags": []}
    return change(before, after, tags(listed["Tags"]))
