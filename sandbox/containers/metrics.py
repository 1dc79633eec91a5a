"""FinalMetricDataList: the last value of each metric that a training job's log shows (API MetricDefinition)."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from sandbox.containers.job import JobError, Log, Metric, Request


class MetricReader:
    """Reads each line on its way to the log."""

    def __init__(self, definitions: Sequence[Request], log: Log) -> None:
        self._log = log
        self._last: dict[str, Metric] = {}
        try:
            self._patterns = {each["Name"]: re.compile(each["Regex"]) for each in definitions}
        except re.error as error:
            raise JobError(f"ClientError: the Regex of a metric is not valid: {error}") from error

    def line(self, text: str) -> None:
        for name, pattern in self._patterns.items():
            for match in pattern.finditer(text):
                try:
                    value = float(match[1] if pattern.groups else match[0])
                except (TypeError, ValueError):  # the group took no part, or is not a number
                    continue
                self._last[name] = Metric(name=name, value=value, timestamp=time.time())
        self._log(text)

    def final(self) -> tuple[Metric, ...]:
        return tuple(self._last.values())
