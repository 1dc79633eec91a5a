"""From an event and the facts looked up for it to the notice: one function a detail-type, and a plain notice for the rest."""

from __future__ import annotations

import json
from collections.abc import Callable

from . import building, console, deploying, registering, training
from .event import Event
from .notice import Facts, Notice

_COMPOSERS: dict[str, Callable[[Event, Facts], Notice]] = {
    training.EXECUTION: training.execution,
    training.STEP: training.step,
    registering.PACKAGE: registering.package,
    building.BUILD: building.build,
    deploying.ACTION: deploying.action,
    deploying.STAGE: deploying.stage,
    deploying.PIPELINE: deploying.pipeline,
}
_LONGEST_EVENT = 4000


def compose(event: Event, facts: Facts) -> Notice:
    return _COMPOSERS.get(event.kind, _plain)(event, facts)


def _plain(event: Event, _facts: Facts) -> Notice:
    kind = event.kind or "an event without a detail-type"
    return Notice(
        headline=kind,
        what=f"A rule of this project matched: {kind}, from {event.text('source') or 'an unnamed source'}. The event:\n"
        + json.dumps(event.document, indent=2, default=str)[:_LONGEST_EVENT],
        next="if this event is worth a notice, infra/functions/notices can be taught its words; else narrow the rule.",
        link=console.events(event),
    )
