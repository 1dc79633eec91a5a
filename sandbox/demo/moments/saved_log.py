"""Lines of CloudWatch Logs, saved where they can be read when the sandbox is down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import FilterLogEventsRequestPaginateTypeDef


def save(logs: CloudWatchLogsClient, path: Path, request: FilterLogEventsRequestPaginateTypeDef) -> Path | None:
    """All that FilterLogEvents finds, in `path`; None where nothing was written."""
    try:
        pages = logs.get_paginator("filter_log_events").paginate(**request)
        lines = [event["message"].rstrip("\n") for page in pages for event in page["events"]]
    except ClientError:  # the group, or the stream, is made with the first line
        return None
    if not lines:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path
