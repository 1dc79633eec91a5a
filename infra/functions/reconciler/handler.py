"""What Lambda calls: look, decide, start. The event only wakes it; an error is raised, for Lambda and the schedule to retry.

Who sends QUESTION instead is told the version that was approved last, and nothing is started. The deploy pipeline's build
asks so for an execution that names no version, which a push starts: the rule is here alone, and both follow it.
"""

from __future__ import annotations

import logging
import os

from . import aws
from .decide import Nothing, decide, wanted
from .history import start
from .settings import Settings, read_settings

_LOG = logging.getLogger(__name__)
_LOG.setLevel(logging.INFO)


QUESTION = {"ask": "ApprovedLast"}


def handler(event: object, _context: object) -> dict[str, str]:
    settings = read_settings(os.environ)
    if event == QUESTION:
        return approved_last(aws.connect_registry(), settings.group)
    return reconcile(aws.connect(settings), settings)


def approved_last(registry: aws.SageMaker, group: str) -> dict[str, str]:
    """Its ARN; the empty text where no version is approved."""
    version = wanted(aws.approved_versions(registry, group))
    return {"ModelPackageArn": version.arn if version else ""}


def reconcile(clients: aws.Clients, settings: Settings) -> dict[str, str]:
    decision = decide(aws.look(clients, settings))
    if isinstance(decision, Nothing):
        _LOG.info("Nothing to start: %s", decision.why)
        return {"started": "", "why": decision.why}
    execution = start(clients.pipeline, settings.pipeline, decision)
    _LOG.info("Started execution %s of %s: %s", execution, settings.pipeline, decision.why)
    return {"started": execution, "why": decision.why}
