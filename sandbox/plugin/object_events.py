"""S3's events inside ministack: in AWS's shape, and told before the request that made them is answered.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
"""

from __future__ import annotations

import json
import time
from contextvars import ContextVar
from typing import Any

from sandbox.store import Document

_version: ContextVar[str | None] = ContextVar("version", default=None)


def mend_object_events() -> None:
    """ministack leaves out the version, and tells of an object in a thread that a kill may come before."""
    from ministack.services import eventbridge, s3  # noqa: PLC0415

    fire, fire_beside, dispatch = s3._fire_s3_event, s3._fire_s3_event_async, eventbridge._dispatch_event

    def with_version(bucket: str, key: str, name: str, *rest: Any, **members: Any) -> None:
        token = _version.set(members.get("version_id"))
        try:
            fire(bucket, key, name, *rest, **members)
        finally:
            _version.reset(token)

    def at_once(bucket: str, key: str, name: str, *rest: Any, **members: Any) -> None:
        # A bucket's other notifications may call elsewhere over HTTP, for which the server's loop must not wait.
        if "EventBridgeConfiguration" in s3._bucket_notifications.get(bucket, "") and not s3._parse_notification_config(
            bucket
        ):
            with_version(bucket, key, name, *rest, **members, sequencer=s3._next_event_sequencer(name))
        else:
            fire_beside(bucket, key, name, *rest, **members)

    def mended(event: Document, view: Any = None) -> None:
        dispatch(_mended(event) if event.get("Source") == "aws.s3" and view is None else event, view)

    s3._fire_s3_event, s3._fire_s3_event_async, eventbridge._dispatch_event = with_version, at_once, mended


def _mended(event: Document) -> Document:
    detail = json.loads(event["Detail"])
    if version := _version.get():
        detail["object"]["version-id"] = version
    detail.pop("event-version", None)
    return {**event, "Detail": json.dumps(detail), "Time": int(time.time())}
