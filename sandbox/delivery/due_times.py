"""Which moments of a schedule are due, by how far it has come."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sandbox.delivery.progress import Progress
from sandbox.delivery.timed import Timed

_LOG = logging.getLogger(__name__)


def due(timed: Timed, progress: Progress, *, until: float) -> Sequence[float]:
    """On its own timeline, in order."""
    moments: list[float] = []
    moment = following(timed, progress, progress.last)
    while moment is not None and moment <= until:
        moments.append(moment)
        moment = following(timed, progress, moment)
    return moments


def following(timed: Timed, progress: Progress, moment: float) -> float | None:
    """The first one later; None for one that is over, disabled, or says nothing."""
    if not timed.enabled:
        return None
    try:
        found = timed.recurrence(progress.made).after(moment)
    except ValueError as error:
        _LOG.warning("%s never falls due: %s", timed.arn, error)
        return None
    return None if found is None or (timed.end is not None and found > timed.end) else found
