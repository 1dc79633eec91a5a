"""Events of endpoints at each change of their status; of models and endpoint configurations when they come and go."""

from __future__ import annotations

import re

from sandbox.events import Event
from sandbox.sagemaker.events.detail import event, members, milliseconds
from sandbox.store import Document

_WORD = re.compile(r"(?<!^)(?=[A-Z])")
_ENDPOINT = ("EndpointName", "EndpointArn", "EndpointConfigName", "ProductionVariants", "FailureReason")
_TIMES = ("CreationTime", "LastModifiedTime", "PendingDeploymentSummary")


def endpoint(before: Document | None, after: Document | None, tags: dict[str, str]) -> Event | None:
    """The event spells its EndpointStatus otherwise than the API: IN_SERVICE."""
    if after is None or (before and before["EndpointStatus"] == after["EndpointStatus"]):
        return None
    status = _WORD.sub("_", after["EndpointStatus"]).upper()
    shown = {name: after.get(name) for name in (*_ENDPOINT, *_TIMES)}
    detail = members(shown, time=milliseconds) | {"EndpointStatus": status, "Tags": tags}
    return event("Endpoint State", detail, after["EndpointArn"])


def model(before: Document | None, after: Document | None, tags: dict[str, str]) -> Event | None:
    """ "The state changes when a SageMaker AI model is either created or deleted": both are told alike."""
    return _came_or_went("Model", before, after, tags)


def endpoint_config(before: Document | None, after: Document | None, tags: dict[str, str]) -> Event | None:
    return _came_or_went("EndpointConfig", before, after, tags)


def _came_or_went(word: str, before: Document | None, after: Document | None, tags: dict[str, str]) -> Event | None:
    known = after or before
    if known is None or (before and after):
        return None
    kind = _WORD.sub(" ", word)
    return event(f"{kind} State", members(known, time=milliseconds) | {"Tags": tags}, known[f"{word}Arn"])
