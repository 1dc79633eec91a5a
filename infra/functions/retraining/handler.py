"""What Lambda calls at each due time: the run starts, waits for the one under way, or is left out."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..runs.aws import Clients, connect, executions, start, unless
from ..runs.context import Context
from .decide import Step, decide
from .due import Due, due
from .settings import read_settings
from .turn import turns
from .waiting import Waiting

_LOG = logging.getLogger(__name__)
_LOG.setLevel(logging.INFO)


def handler(event: Mapping[str, Any], context: Context) -> str:
    settings, clients = read_settings(os.environ), connect()
    waiting = Waiting(clients.scheduler, settings.queue, context.invoked_function_arn) if settings.queue else None
    outcome = Retraining(clients, waiting, beside=settings.beside).handle(event)
    _LOG.info("%s", outcome)
    return outcome


class UsedUp(RuntimeError):
    """The account runs as many executions as it may; Lambda calls again, and then keeps the event."""


@dataclass(frozen=True)
class Retraining:
    """One call of the function. Every outcome is the sentence for the log; without `waiting`, nothing waits.

    `beside` starts it beside a run that is under way.
    """

    clients: Clients
    waiting: Waiting | None
    clock: Callable[[], float] = time.time
    beside: bool = False

    def handle(self, event: Mapping[str, Any]) -> str:
        """An error is raised, for Lambda to call again and then to keep the event, as Scheduler would keep its own."""
        found = due(event)
        now = self.clock()
        known = unless("ResourceNotFound", lambda: list(executions(self.clients.sagemaker, found.pipeline, now)))
        if known is None:  # no build has published it
            return f"Left out: {found.description}, since there is no pipeline {found.pipeline} yet."
        decision = decide(found, known)
        if decision.step is Step.NOTHING:
            return f"Started already: {found.description} ({decision.why})."
        if decision.step is Step.GIVE_WAY and not self.beside:
            return self._give_way(found, decision.why, now)
        execution = start(self.clients.sagemaker, found.request)
        if execution is None and self.beside:
            raise UsedUp(f"retraining: {found.description} did not start, since the account's executions are used up.")
        if execution is None:
            return self._give_way(found, "the account's executions are used up", now)
        return f"Started {execution}: {found.description}."

    def _give_way(self, found: Due, why: str, now: float) -> str:
        if self.waiting is None:
            return f"Skipped: {found.description}, since {why}."
        following, own = turns(now, self.waiting.queue.wait)
        # By a clock a little behind Scheduler's, the time that has just come is the following one, and the schedule this one's.
        if following.moment != found.waited_until and self.waiting.is_taken(following):
            return f"Not queued: {found.description}, since {why} and one waits already, {following.expression} UTC."
        if not self.waiting.take(own, found):
            return f"Not queued: {found.description}, since {why} and one waits already, {own.expression} UTC."
        return f"Queued: {found.description} looks again {own.expression} UTC, since {why}."
