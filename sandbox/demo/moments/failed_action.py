"""Why an action of a CodePipeline failed: its own message, and the log of its build, saved and quoted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.demo.failure import DemoFailure
from sandbox.demo.moments.saved_log import save

if TYPE_CHECKING:
    from sandbox.demo.clients import Clients
    from sandbox.demo.layout import Layout

_QUOTED = 3  # lines
_AGENT = "[Container]"  # begins what CodeBuild's own agent writes


def failure_of(clients: Clients, action: Mapping[str, Any], layout: Layout) -> DemoFailure:
    """`action` is one of ListActionExecutions."""
    where = f"{action['stageName']} {action['actionName']}"
    result = action.get("output", {}).get("executionResult", {})
    details = result.get("errorDetails") or {}
    reason = details.get("message") or result.get("externalExecutionSummary") or "no reason was given"
    log = _save(clients, action, result, layout.log_of(where.replace(" ", "-")))
    if log is None:
        return DemoFailure(where, reason, log=layout.sandbox_log)
    said = [line.strip() for line in log.read_text().splitlines() if line.strip() and not line.startswith(_AGENT)]
    quoted = f" Its last lines: {' | '.join(said[-_QUOTED:])}" if said else ""
    return DemoFailure(where, f"{reason}{quoted}", log=log)


def _save(clients: Clients, action: Mapping[str, Any], result: Mapping[str, Any], path: Path) -> Path | None:
    """None where the action was no build, or its build came to no line."""
    provider = action.get("input", {}).get("actionTypeId", {}).get("provider")
    build = result.get("externalExecutionId")
    if provider != "CodeBuild" or not build:
        return None
    found = clients.codebuild.batch_get_builds(ids=[build])["builds"]
    logs = found[0].get("logs", {}) if found else {}
    if "groupName" not in logs or "streamName" not in logs:
        return None
    return save(clients.logs, path, {"logGroupName": logs["groupName"], "logStreamNames": [logs["streamName"]]})
