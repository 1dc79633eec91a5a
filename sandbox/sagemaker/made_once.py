"""A resource of a stack is made once, though its making may be cut off and asked for again.

CloudFormation itself sends each request with a token of its own, so that one that it has to repeat makes nothing twice. Here the
intent is on disk before the call: after a kill, a resource that is there already is taken over by the very stack that meant to
make it, if it was to be made alike.
"""

from __future__ import annotations

import uuid

from sandbox.errors import ServiceError
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

_KIND = "stack-intent"
_PROCESS = uuid.uuid4().hex  # what this very process made, it has told its stack


def made_once(sagemaker: SageMaker, word: str, request: Document, *, maker: str, more: Document | None = None) -> str:
    """Create, or take over what `maker` (stack and logical id) made before a kill; returns the ARN. `more` is another each time."""
    name = {f"{word}Name": request[f"{word}Name"]}
    key = f"{word}/{request[f'{word}Name']}"
    meant = sagemaker.store.get(_KIND, key)
    sagemaker.store.put(_KIND, key, {"maker": maker, "request": request, "process": _PROCESS})
    try:
        return str(sagemaker.call(f"Create{word}", {**request, **(more or {})})[f"{word}Arn"])
    except ServiceError as error:
        if ("already existing" in error.message or "already exists" in error.message) and _was_cut_off(
            meant, maker, request
        ):
            return str(sagemaker.call(f"Describe{word}", name)[f"{word}Arn"])
        if meant is None:
            sagemaker.store.delete(_KIND, key)
        else:
            sagemaker.store.put(_KIND, key, meant)
        raise


def _was_cut_off(meant: Document | None, maker: str, request: Document) -> bool:
    if meant is None or meant["process"] == _PROCESS:
        return False
    return bool(meant["maker"] == maker and meant["request"] == request)


def forget(sagemaker: SageMaker, word: str, name: str) -> None:
    """Its stack has deleted it."""
    sagemaker.store.delete(_KIND, f"{word}/{name}")
