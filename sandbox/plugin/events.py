"""EventBridge inside ministack: events of AWS's own services, which PutEvents refuses to clients."""

from __future__ import annotations

import json
from typing import Any

from sandbox.events import Event


def emit(event: Event) -> None:
    """Match the rules of the default bus. From a worker thread."""
    from ministack import app  # noqa: PLC0415
    from ministack.services import eventbridge  # noqa: PLC0415

    entry = {
        "Source": event.source,
        "DetailType": event.detail_type,
        "Detail": json.dumps(event.detail),
        "Resources": [*event.resources],
    }

    async def put(*_: Any) -> Any:
        return eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)

    app.call_service_handler_sync(put, "POST", "/", {}, b"", {})
