"""CloudWatch Logs' streams as resources of IAM: ministack decides over every call with its group alone.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def decide_over_log_streams() -> None:
    """A call that names a stream (CreateLogStream, PutLogEvents, ...) is decided over that stream, as AWS's denials tell."""
    from ministack.core import iam_actions  # noqa: PLC0415 (only after `configure`)

    extract = iam_actions.extract_resource_arn

    def extracting(service: str, method: str, path: str, headers: Mapping[str, str], body: bytes, *rest: Any) -> str:
        resource = str(extract(service, method, path, headers, body, *rest))
        stream = _stream(body) if service == "logs" and resource.startswith("arn:") else ""
        return f"{resource}:log-stream:{stream}" if stream else resource

    iam_actions.extract_resource_arn = extracting


def _stream(body: bytes) -> str:
    try:
        request = json.loads(body)
    except ValueError:
        return ""
    return str(request.get("logStreamName") or "") if isinstance(request, dict) else ""
