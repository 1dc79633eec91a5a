"""Why an action of a CodePipeline failed: its own message, and the log of its build, saved and quoted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sandbox.demo.failure import DemoFailure

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
    try:
        pages = clients.logs.get_paginator("filter_log_events").paginate(
            logGroupName=logs["groupName"], logStreamNames=[logs["streamName"]]
        )
        lines = [event["message"].rstrip("\n") for page in pages for event in page["events"]]
    except ClientError:  # the stream is made with the first line
        return None
    if not lines:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path
