"""A due time of the weekly schedule: the request that it has filled in, kept as it is however long it waits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PLACEHOLDER = "<aws.scheduler."  # what Scheduler replaces in an Input


class MalformedInput(ValueError):
    """A call that neither the weekly schedule nor a waiting one has made."""


@dataclass(frozen=True)
class Due:
    """`request` is StartPipelineExecution's. `waited_until` is 0 at first, then the time that this due time has waited for."""

    request: Mapping[str, Any]
    waited_until: int = 0

    @property
    def pipeline(self) -> str:
        return str(self.request["PipelineName"])

    @property
    def description(self) -> str:
        """One of a kind, and listed with the executions: it tells whether the run has been started."""
        return str(self.request["PipelineExecutionDescription"])

    def to_json(self, waited_until: int) -> str:
        return json.dumps({"start": self.request, "waitedUntil": waited_until}, sort_keys=True)


def due(event: Mapping[str, Any]) -> Due:
    request, waited_until = event.get("start"), event.get("waitedUntil", 0)
    told = json.dumps(event, default=str)[:600]
    if not isinstance(request, dict) or not isinstance(waited_until, int):
        raise MalformedInput(_malformed(told, "it has no request to start"))
    missing = [name for name in _NEEDED if not isinstance(request.get(name), str) or not request[name]]
    if missing:
        raise MalformedInput(_malformed(told, f"its request lacks {', '.join(missing)}"))
    if any(_PLACEHOLDER in request[name] for name in _NEEDED):
        raise MalformedInput(_malformed(told, "Scheduler has not filled in its time"))
    return Due(request, waited_until)


_NEEDED = ("PipelineName", "PipelineExecutionDescription", "ClientRequestToken")


def _malformed(told: str, why: str) -> str:
    return (
        f"retraining: {told} is not the Input of one of its schedules: {why}. To start a run by hand, use "
        "`aws sagemaker start-pipeline-execution`."
    )
