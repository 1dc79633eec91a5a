"""Edge: what the log of a build says about its failure; CodeBuild itself tells only which command it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

_LAST = 300  # events looked at
_LINES = 8
_OF_CODEBUILD = "[Container]"
_OF_PYTEST, _SUMMARY = "E   ", ("FAILED ", "ERROR ")
Answer = Mapping[str, Any]


class Logs(Protocol):
    """The operation of CloudWatch Logs that is called here."""

    def get_log_events(self, **request: object) -> Answer: ...


def last_words(logs: Logs, *, group: str, stream: str) -> tuple[str, ...]:
    page = logs.get_log_events(logGroupName=group, logStreamName=stream, limit=_LAST, startFromHead=False)
    return telling(line for event in page["events"] for line in str(event["message"]).splitlines())


def telling(lines: Iterable[str]) -> tuple[str, ...]:
    """Of pytest its errors and which tests they are of; of anything else what it said last."""
    said = [line.rstrip() for line in lines if line.strip() and not line.startswith(_OF_CODEBUILD)]
    errors = [line.removeprefix("E").strip() for line in said if line.startswith(_OF_PYTEST)]
    failed = [line for line in said if line.startswith(_SUMMARY)]
    return tuple([*errors[:_LINES], *failed[:_LINES]] if errors or failed else said[-_LINES:])
