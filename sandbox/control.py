"""The sandbox's own controls over HTTP, under /_sandbox/: its clock, and what became of the deliveries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from sandbox.delivery.deliveries import Deliveries
from sandbox.delivery.delivery import instant
from sandbox.protocol import Response
from sandbox.routes import Request, Route
from sandbox.store import Document

_LONGEST = 366 * 86400  # seconds of one advance


def controls(deliveries: Deliveries) -> Mapping[str, Route]:
    """By path."""

    def answer(request: Request) -> Response:
        match request.method, request.path:
            case "GET", "/_sandbox/clock":
                return _json(200, _time(deliveries))
            case "POST", "/_sandbox/clock":
                return _advance(deliveries, request.body)
            case "GET", "/_sandbox/deliveries":
                entries = [entry for ledger in deliveries.ledgers for entry in ledger.entries()]
                return _json(200, {"deliveries": sorted(entries, key=lambda entry: str(entry["key"]))})
        return _json(404, {"message": f"There is no control {request.method} {request.path} in the sandbox."})

    return {"/_sandbox/clock": answer, "/_sandbox/deliveries": answer}


def _advance(deliveries: Deliveries, body: bytes) -> Response:
    try:
        seconds = json.loads(body)["advance"]
    except (ValueError, TypeError, KeyError):
        seconds = None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= _LONGEST:
        message = f'The clock is sent {{"advance": seconds}}, with 0 to {_LONGEST} seconds; it was sent {body[:80]!r}.'
        return _json(400, {"message": message})
    fired = deliveries.timetable.advance(seconds)
    return _json(200, {**_time(deliveries), "fired": [asdict(each) for each in fired]})


def _time(deliveries: Deliveries) -> Document:
    return {"time": instant(deliveries.clock.now()), "advanced": deliveries.clock.offset}


def _json(status: int, document: Document) -> Response:
    return status, {"Content-Type": "application/json"}, json.dumps(document).encode()
