"""CloudWatch Logs as jobs, endpoints and builds write them: a stream, and lines for it.

A role that may not write logs leaves none, and its work goes on, as on AWS: the job's page there says only that there is no stream.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

_DENIED = "AccessDeniedException"
_ABSENT = "ResourceNotFoundException"  # of a group that is not there: not yet, or not any more


class CloudWatchLogs:
    """The Logs of one role's work: lines go out in batches, at most a fifth of a second old."""

    DELAY = 0.2

    def __init__(self, logs: Any) -> None:
        self._logs = logs
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self._flushing: threading.Timer | None = None

    def stream(self, *, group: str, name: str) -> Callable[[str], None]:
        """A function that takes one line. The group is made when there is none yet."""
        named = {"logGroupName": group, "logStreamName": name}
        if self._make(self._logs.create_log_stream, named) == _ABSENT:
            self._make(self._logs.create_log_group, {"logGroupName": group})
            self._make(self._logs.create_log_stream, named)

        def line(text: str) -> None:
            event = {"timestamp": int(time.time() * 1000), "message": text or " "}  # AWS refuses an empty message
            with self._lock:
                self._waiting.setdefault((group, name), []).append(event)
                if self._flushing is None:
                    self._flushing = threading.Timer(self.DELAY, self.flush)
                    self._flushing.daemon = True
                    self._flushing.start()

        return line

    def _make(self, create: Callable[..., Any], members: dict[str, str]) -> str:
        """The code of the refusal, if it was refused."""
        try:
            create(**members)
        except self._logs.exceptions.ResourceAlreadyExistsException:
            return ""
        except ClientError as error:
            return _tolerated(error)
        return ""

    def flush(self) -> None:
        with self._lock:
            waiting, self._waiting, self._flushing = self._waiting, {}, None
        for (group, name), events in waiting.items():
            for start in range(0, len(events), 10_000):  # PutLogEvents takes at most 10,000 events
                self._put(group, name, events[start : start + 10_000])

    def _put(self, group: str, name: str, events: list[dict[str, Any]]) -> None:
        try:
            self._logs.put_log_events(logGroupName=group, logStreamName=name, logEvents=events)
        except ClientError as error:
            _tolerated(error)


def _tolerated(error: ClientError) -> str:
    code: str = error.response["Error"]["Code"]
    if code not in (_DENIED, _ABSENT):
        raise error
    return code
