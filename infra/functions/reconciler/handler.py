"""What Lambda calls: look, decide, start. The event only wakes it; an error is raised, for Lambda and the schedule to retry."""

from __future__ import annotations

import logging
import os

from . import aws
from .decide import Nothing, decide
from .history import start
from .settings import Settings, read_settings

_LOG = logging.getLogger(__name__)
_LOG.setLevel(logging.INFO)


def handler(_event: object, _context: object) -> dict[str, str]:
    settings = read_settings(os.environ)
    return reconcile(aws.connect(settings), settings)


def reconcile(clients: aws.Clients, settings: Settings) -> dict[str, str]:
    decision = decide(aws.look(clients, settings))
    if isinstance(decision, Nothing):
        _LOG.info("Nothing to start: %s", decision.why)
        return {"started": "", "why": decision.why}
    execution = start(clients.pipeline, settings.pipeline, decision)
    _LOG.info("Started execution %s of %s: %s", execution, settings.pipeline, decision.why)
    return {"started": execution, "why": decision.why}
