"""How the events' details are spelt: members of API shapes, times, tags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sandbox.events import Event
from sandbox.store import Document

Time = Callable[[float], str | int]


def event(kind: str, detail: Document, *resources: str) -> Event:
    """`kind` is what stands between "SageMaker" and "Change" in the detail-type."""
    present = {name: value for name, value in detail.items() if value is not None}
    return Event(source="aws.sagemaker", detail_type=f"SageMaker {kind} Change", detail=present, resources=resources)


def members(document: Document, *, without: Sequence[str] = (), time: Time) -> Document:
    """A document of the store in the event's form: nothing of the sandbox's own, times as this kind of event has them."""
    kept = {name: value for name, value in document.items() if not name.startswith("_") and name not in without}
    return {name: _timed(name, value, time) for name, value in kept.items()}


def _timed(name: str, value: Any, time: Time) -> Any:
    if isinstance(value, list):
        return [_timed(name, item, time) for item in value]
    if isinstance(value, dict):
        return {key: _timed(key, item, time) for key, item in value.items()}
    is_time = name.endswith("Time") and isinstance(value, float | int) and not isinstance(value, bool)
    return time(value) if is_time else value


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def milliseconds_in_words(seconds: float) -> str:
    """The sample of the training job's event has its milliseconds in quotes."""
    return str(milliseconds(seconds))


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def tags(listed: Sequence[Document]) -> dict[str, str]:
    """A map in events, a list in the API."""
    return {tag["Key"]: tag["Value"] for tag in listed}
