"""What has arrived: one object of an event, and the notes that a window's schedule carries as its Input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

# Notes are for the reader of a run's description; more than these are only known to be more.
MOST_NOTED = 20


class MalformedInput(ValueError):
    """A call with {"start": true} that no schedule of ours made."""


@dataclass(frozen=True)
class Arrival:
    """One version of one object. Without versioning the sequencer of the event tells two writes of a key apart."""

    key: str
    version: str


@dataclass(frozen=True)
class Noted:
    """The objects of a window, since when they wait, when the first was written, and whether there are more than are noted."""

    objects: tuple[Arrival, ...]
    since: int
    first: int
    more: bool = False

    def with_(self, other: Noted) -> Noted:
        """Both together. Equal to this one where the other brings nothing new: then nothing needs to be written."""
        objects = tuple(dict.fromkeys((*self.objects, *other.objects)))
        more = self.more or other.more or len(objects) > MOST_NOTED
        if objects[:MOST_NOTED] == self.objects and more == self.more and self.first <= other.first:
            return self
        return Noted(objects[:MOST_NOTED], min(self.since, other.since), min(self.first, other.first), more)

    def from_now(self, now: float) -> Noted:
        return replace(self, since=int(now))

    def to_json(self, window: int) -> str:
        objects = [[each.key, each.version] for each in self.objects]
        document = {"start": True, "window": window, "since": self.since, "first": self.first, "more": self.more}
        return json.dumps(document | {"objects": objects}, sort_keys=True)


def arrival(event: Mapping[str, Any], *, bucket: str, prefix: str) -> Arrival | None:
    """The object of an S3 event "Object Created" under the prefix; None for any other event, and for a folder's marker."""
    detail = event.get("detail")
    if event.get("detail-type") != "Object Created" or not isinstance(detail, dict):
        return None
    found, where = detail.get("object"), detail.get("bucket")
    if not isinstance(found, dict) or not isinstance(where, dict) or where.get("name") != bucket:
        return None
    key = found.get("key")
    if not isinstance(key, str) or not key.startswith(prefix) or key.endswith("/") or key == "":
        return None
    return Arrival(key, str(found.get("version-id") or found.get("sequencer") or found.get("etag") or ""))


def written(event: Mapping[str, Any], *, now: float) -> int:
    """When the object was, in seconds since the epoch: S3's own time, which comes with the event."""
    try:
        return int(datetime.fromisoformat(str(event["time"])).timestamp())
    except (KeyError, ValueError):
        return int(now)


def fired(document: Mapping[str, Any]) -> tuple[int, Noted]:
    """The start of the window and its notes, out of a schedule's Input."""
    try:
        objects = tuple(Arrival(str(key), str(version)) for key, version in document["objects"])
        since = int(document["since"])
        noted = Noted(objects, since, int(document.get("first", since)), bool(document["more"]))
        window = int(document["window"])
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedInput(
            f"data_arrival: {json.dumps(document)[:300]} is not the Input of one of its schedules ({error!r}). To start a run "
            "by hand, use `aws sagemaker start-pipeline-execution`."
        ) from error
    if not objects:
        raise MalformedInput(f"data_arrival: the schedule of window {window} carries no object.")
    return window, noted
