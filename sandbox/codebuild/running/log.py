"""A build's log: its own lines and the commands' output to CloudWatch Logs, written in the name of the build's role."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime
from typing import Any, Protocol

from botocore.exceptions import ClientError

_LOG = logging.getLogger(__name__)
_DELAY = 0.2  # seconds that a line may wait for others
_MOST = 5_000  # events a call: 10,000 are allowed, and 1 MiB
_LONGEST = 200_000  # characters a line


class Log(Protocol):
    """Where lines go."""

    def say(self, text: str) -> None: ...
    def line(self, text: str) -> None: ...
    def flush(self) -> None: ...


class NoLog:
    """Of a project that wants none, and of a build until it has one."""

    def say(self, text: str) -> None: ...
    def line(self, text: str) -> None: ...
    def flush(self) -> None: ...


class BuildLog:
    """Opening it raises ClientError when the role may not write it; a line never does."""

    def __init__(self, logs: Any, *, group: str, stream: str) -> None:
        self._logs, self._group, self._stream = logs, group, stream
        self._lock, self._sending = threading.Lock(), threading.Lock()
        self._waiting: list[dict[str, Any]] = []
        self._flushing: threading.Timer | None = None

    def open(self) -> None:
        """Make the stream (and its group, if there is none) and write the first line."""
        try:
            self._create()
        except self._logs.exceptions.ResourceNotFoundException:
            self._logs.create_log_group(logGroupName=self._group)
            self._create()
        self._put([_event(_own("Waiting for agent ping"))])

    def _create(self) -> None:
        try:
            self._logs.create_log_stream(logGroupName=self._group, logStreamName=self._stream)
        except self._logs.exceptions.ResourceAlreadyExistsException:
            return

    def say(self, text: str) -> None:
        """CodeBuild's own words."""
        self.line(_own(text))

    def line(self, text: str) -> None:
        """A line of output."""
        event = _event(text[:_LONGEST] or " ")  # AWS refuses an empty message
        with self._lock:
            self._waiting.append(event)
            if self._flushing is None:
                self._flushing = threading.Timer(_DELAY, self.flush)
                self._flushing.daemon = True
                self._flushing.start()

    def flush(self) -> None:
        with self._sending:
            with self._lock:
                waiting, self._waiting, self._flushing = self._waiting, [], None
            try:
                for start in range(0, len(waiting), _MOST):
                    self._put(waiting[start : start + _MOST])
            except ClientError as error:  # such as a group that somebody deleted: the build goes on
                _LOG.warning("%s/%s: %d lines are lost: %s", self._group, self._stream, len(waiting), error)

    def _put(self, events: list[dict[str, Any]]) -> None:
        self._logs.put_log_events(logGroupName=self._group, logStreamName=self._stream, logEvents=events)


def _event(message: str) -> dict[str, Any]:
    return {"timestamp": int(time.time() * 1000), "message": message}


def _own(text: str) -> str:
    return f"[Container] {datetime.now(UTC):%Y/%m/%d %H:%M:%S.%f} {text}"
