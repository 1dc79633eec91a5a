"""What Lambda calls: an object that arrived is noted; a window that fires starts a run, or hands its objects on."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..runs.aws import Clients, connect, executions, start, unless
from ..runs.context import Context
from ..runs.under_way import is_under_way
from . import aws
from .arrivals import Noted, arrival, fired, written
from .run import Run, run_of
from .schedules import Schedules
from .settings import Settings, read_settings
from .window import MOST_WINDOWS, Window

_LOG = logging.getLogger(__name__)
_LOG.setLevel(logging.INFO)
_ATTEMPTS = 5


class NotNoted(RuntimeError):
    """The schedule came and went at every attempt; Lambda calls again with the same event."""


def handler(event: Mapping[str, Any], context: Context) -> str:
    settings = read_settings(os.environ)
    clients = connect()
    schedules = Schedules(clients.scheduler, settings, context.invoked_function_arn)
    s3 = aws.connect() if settings.manifests else None
    outcome = DataArrival(clients, settings, schedules, s3).handle(event)
    _LOG.info("%s", outcome)
    return outcome


@dataclass(frozen=True)
class DataArrival:
    """One call of the function. Every outcome is the sentence for the log. `s3` is for runs on what has arrived alone."""

    clients: Clients
    settings: Settings
    schedules: Schedules
    s3: aws.S3 | None = None
    clock: Callable[[], float] = time.time

    def handle(self, event: Mapping[str, Any]) -> str:
        if event.get("start") is True:
            start_of_window, noted = fired(event)
            return self._fire(Window(start_of_window, self.settings.quiet), noted)
        found = arrival(event, bucket=self.settings.bucket, prefix=self.settings.prefix)
        if found is None:
            return f"Ignored: not a new object under {self.settings.prefix_uri} ({event.get('detail-type')})."
        now = self.clock()
        return self._note(Noted((found,), int(now), written(event, now=now)))

    def _note(self, noted: Noted) -> str:
        for _ in range(_ATTEMPTS):
            window = Window.at(self.clock(), self.settings.quiet)
            if self.schedules.create(window, noted):
                return f"Noted {len(noted.objects)} object(s): window {window.suffix} fires {window.expression} UTC."
            known = self.schedules.read(window)
            if known is None:
                continue
            together = known.with_(noted)
            if together is known:
                return f"Noted already in window {window.suffix}."
            if self.schedules.update(window, together):
                return f"Added to window {window.suffix}, which fires {window.expression} UTC."
        raise NotNoted(f"data_arrival: {noted.objects[0].key} could not be noted in {_ATTEMPTS} attempts.")

    def _fire(self, window: Window, noted: Noted) -> str:
        now = self.clock()
        following = window.next
        if now - noted.since < MOST_WINDOWS * self.settings.quiet and following.may_be_written(now):
            waiting = self.schedules.read(following)
            together = waiting.with_(noted) if waiting else None
            if together and (together is waiting or self.schedules.update(following, together)):
                return f"Uploads went on: handed over to window {following.suffix}."
        return self._start(window, noted, now)

    def _start(self, window: Window, noted: Noted, now: float) -> str:
        run = run_of(noted, window.start, self.settings)
        pipeline, sagemaker = self.settings.pipeline, self.clients.sagemaker
        known = unless("ResourceNotFound", lambda: list(executions(sagemaker, pipeline, now)))
        if known is None:  # no build has published it
            return f"There is no pipeline {pipeline} yet. {self._note(noted.from_now(now))}"
        if any(each.get("PipelineExecutionDisplayName") == run.display_name for each in known):
            return f"Window {window.suffix} has started its run already ({run.display_name})."
        if any(map(is_under_way, known)):
            return f"The pipeline is executing. {self._note(noted.from_now(now))}"
        if self.s3 is not None and not self._list(run, noted, self.s3):
            return f"Nothing of window {window.suffix} is there any more: no run is started."
        execution = start(sagemaker, run.request(pipeline))
        if execution is None:
            return f"The account's executions are used up. {self._note(noted.from_now(now))}"
        return f"Started {execution} with {run.input_data}."

    def _list(self, run: Run, noted: Noted, s3: aws.S3) -> bool:
        """Write down what the run is to read; False where nothing is left of it."""
        keys = aws.arrived(s3, noted, self.settings)
        if keys:
            aws.write(s3, keys, uri=run.input_data, settings=self.settings)
        return bool(keys)
